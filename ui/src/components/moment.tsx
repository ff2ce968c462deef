import { createContext, useContext } from "react";

/** The business's own time zone, in which all times are shown. */
export const Zone = createContext<string | undefined>(undefined);

export function shownMoment(iso: string, zone?: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", timeZone: zone }).format(new Date(iso));
}

export function shownDay(day: string, locale?: string): string {
  // A day has no zone: it is the same wherever it is read.
  return new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

export function Moment({ at }: { at: string | null | undefined }) {
  const zone = useContext(Zone);
  if (!at) return <>–</>;
  return (
    <time dateTime={at} title={zone ? `${at} · shown in ${zone}` : at} style={{ whiteSpace: "nowrap" }}>
      {shownMoment(at, zone)}
    </time>
  );
}

export function shownLength(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 90) return `${seconds.toFixed(1)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
