// SPDX-License-Identifier: MIT
// Whether a part of the page is on the screen, below the bar that stays on top.

import type { RefObject } from "preact";
import { useEffect } from "preact/hooks";

/** Tells when this share of the box comes into sight, or leaves it. */
export function useInView(box: RefObject<HTMLElement | null>, share: number, tell: (isInView: boolean) => void): void {
  useEffect(() => {
    const bar = document.querySelector<HTMLElement>(".sit-top")?.offsetHeight ?? 0;
    const watcher = new IntersectionObserver((entries) => {
      const { isIntersecting, intersectionRatio } = entries.at(-1)!;
      tell(isIntersecting && intersectionRatio >= share);
    }, { threshold: share, rootMargin: `-${bar}px 0px 0px` });
    watcher.observe(box.current!);
    return () => watcher.disconnect();
  }, []);
}
