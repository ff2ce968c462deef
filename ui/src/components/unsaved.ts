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
  return pageOf(link.href) !== pageOf(here);
}

/** An address without the place on the page. */
function pageOf(address: string): string {
  return address.split("#")[0]!;
}

/** Pages on which something would be lost now, the last one asked first. */
const guarded: { here: string; question: string }[] = [];

/** Has to be called before the pages are shown: the browser tells its window's listeners in the order in which they came. */
export function watchBackButton(): void {
  window.addEventListener("popstate", (event) => {
    const found = guarded.at(-1);
    if (!found || pageOf(window.location.href) === pageOf(found.here) || window.confirm(found.question)) return;
    // The address has changed already; nobody else has heard of it, so it is put back.
    event.stopImmediatePropagation();
    window.history.pushState(null, "", found.here);
  });
}

/** Ask before a page is left on which something would be lost: by a link, the browser's own buttons, or closing it. */
export function useUnsaved(dirty: boolean, question: string = UNSAVED): void {
  useEffect(() => {
    if (!dirty) return;
    const guard = { here: window.location.href, question };
    guarded.push(guard);
    const closing = (event: BeforeUnloadEvent) => event.preventDefault();
    const clicked = (event: MouseEvent) => {
      const found = event.target instanceof Element ? event.target.closest("a[href]") : null;
      if (!(found instanceof HTMLAnchorElement)) return;
      const link = { target: found.target, href: found.href, download: found.hasAttribute("download") };
      if (!leadsAway(event, link, window.location.href) || window.confirm(question)) return;
      event.preventDefault();
      event.stopPropagation();
    };
    window.addEventListener("beforeunload", closing);
    document.addEventListener("click", clicked, true);
    return () => {
      window.removeEventListener("beforeunload", closing);
      document.removeEventListener("click", clicked, true);
      guarded.splice(guarded.indexOf(guard), 1);
    };
  }, [dirty, question]);
}
