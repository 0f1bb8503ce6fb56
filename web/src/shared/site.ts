// SPDX-License-Identifier: MIT
// Whose site it is, as the server wrote it into the page: SITE_NAME and SITE_LOGO.

const written = (name: string) => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? "";

export const siteName = written("application-name");
/** The address of a picture; empty: ours. */
export const logo = written("logo");

if (logo) document.querySelector<HTMLLinkElement>("link[rel=icon]")!.href = logo;
