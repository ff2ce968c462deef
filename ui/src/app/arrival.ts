import { useEffect, useRef, type RefObject } from "react";
import { useLocation } from "wouter";

const NAME = "orderbridge";

export function titleOf(heading: string | null | undefined): string {
  const text = heading?.replace(/\s+/g, " ").trim();
  return text ? `${text} · ${NAME}` : NAME;
}

/** Whoever goes to another page is taken along: the window's title names it, it begins at its top, its heading has the focus. */
export function useArrival(content: RefObject<HTMLElement | null>): void {
  const [path] = useLocation();
  const last = useRef<{ path: string; heading: Element | null } | null>(null);
  const back = useRef("");
  useEffect(() => {
    // Before all others are told, so that it is known when the page changes.
    const went = () => (back.current = window.location.pathname);
    window.addEventListener("popstate", went, true);
    return () => window.removeEventListener("popstate", went, true);
  }, []);
  useEffect(() => {
    const place = content.current;
    if (!place) return;
    const before = last.current;
    const here = { path, heading: null as Element | null };
    last.current = here;
    const left = document.activeElement;
    const moved = before !== null && before.path !== path;
    // Whoever goes back wants to be where it was; the browser sees to that.
    if (moved && back.current !== window.location.pathname && !window.location.hash) window.scrollTo(0, 0);
    back.current = "";
    const look = () => {
      const found = place.querySelector("h1");
      document.title = titleOf(found?.dataset["title"] ?? found?.textContent);
      if (!found || found === here.heading) return;
      here.heading = found;
      // The same heading stands over several parts of a page: the focus stays on what led to this one.
      if (!moved || found === before.heading) return;
      const now = document.activeElement;
      // A page that has put the focus somewhere itself knows better.
      if (now !== left && now !== document.body) return;
      found.tabIndex = -1;
      found.focus({ preventScroll: true });
    };
    look();
    const watch = new MutationObserver(look);
    watch.observe(place, { childList: true, subtree: true, characterData: true });
    return () => watch.disconnect();
  }, [content, path]);
}
