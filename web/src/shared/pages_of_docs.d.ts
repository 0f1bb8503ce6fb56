// SPDX-License-Identifier: MIT
// Pages of the docs are texts (build.mjs).

declare module "*.md" {
  const text: string;
  export default text;
}
