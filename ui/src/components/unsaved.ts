import { useEffect } from "react";

export const UNSAVED = "What you typed on this page is not saved. Leave it, and lose that?";

/** Whether a click would lead this tab to another page. */
export function leadsAway(
  event: Pick<MouseEvent, "button" | "metaKey" | "ctrlKey" | "shiftKey" | "altKey" | "defaultPrevented">,
  link: { target: string; href: string; download: boolean },
  here: string,
): boolean {
  if (event.button !== 0 || event.defaultPrevented || link.download) return false;
  // These open another tab or window: this one stays as it is.
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return false;
  if (link.target && link.target !== "_self") return false;
  return link.href.split("#")[0] !== here.split("#")[0];
}

/** Ask before a page is left on which something would be lost: by a link, the browser's own buttons, or closing it. */
export function useUnsaved(dirty: boolean, question: string = UNSAVED): void {
  useEffect(() => {
    if (!dirty) return;
    const here = window.location.href;
    const closing = (event: BeforeUnloadEvent) => event.preventDefault();
    const clicked = (event: MouseEvent) => {
      const found = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(found instanceof HTMLAnchorElement)) return;
      const link = { target: found.target, href: found.href, download: found.hasAttribute("download") };
      if (!leadsAway(event, link, window.location.href) || window.confirm(question)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    const moved = (event: PopStateEvent) => {
      if (window.location.href === here || window.confirm(question)) return;
      // The address has changed already; nobody else has heard of it, so it is put back.
      event.stopImmediatePropagation();
      window.history.pushState(null, "", here);
    };
    window.addEventListener("beforeunload", closing);
    document.addEventListener("click", clicked, true);
    window.addEventListener("popstate", moved, true);
    return () => {
      window.removeEventListener("beforeunload", closing);
      document.removeEventListener("click", clicked, true);
      window.removeEventListener("popstate", moved, true);
    };
  }, [dirty, question]);
}
