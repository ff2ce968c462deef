import { createContext, useContext } from "react";

/** The business's own time zone, in which all times are shown. */
export const Zone = createContext<string | undefined>(undefined);

export function shownMoment(iso: string, zone?: string, locale?: string): string {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return iso;
  try {
    return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", timeZone: zone }).format(at);
  } catch (error) {
    // A browser that does not know the zone yet: the moment is right, in the one zone that all know, and says so.
    if (!(error instanceof RangeError)) throw error;
    return `${new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" }).format(at)} UTC`;
  }
}

export function shownDay(day: string, locale?: string): string {
  // A day has no zone: it is the same wherever it is read.
  const at = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(at.getTime()) ? day : new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" }).format(at);
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

export function shownLength(seconds: number, locale?: string): string {
  const number = (value: number, digits: number) =>
    new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
  if (seconds < 1) return `${number(seconds * 1000, 0)} ms`;
  if (seconds < 90) return `${number(seconds, Number.isInteger(seconds) ? 0 : 1)} s`;
  if (seconds < 5400) return `${number(seconds / 60, 0)} min`;
  return `${number(seconds / 3600, seconds % 3600 === 0 ? 0 : 1)} h`;
}
