/** A length in the largest unit in which it is a whole number. */
export const UNITS: { name: string; seconds: number }[] = [
  { name: "seconds", seconds: 1 },
  { name: "minutes", seconds: 60 },
  { name: "hours", seconds: 3600 },
  { name: "days", seconds: 86_400 },
];

export function inUnit(seconds: number): { count: number; unit: string } {
  const unit = [...UNITS].reverse().find((item) => seconds >= item.seconds && seconds % item.seconds === 0) ?? UNITS[0]!;
  return { count: seconds / unit.seconds, unit: unit.name };
}

export function inSeconds(count: number, unit: string): number {
  return count * (UNITS.find((item) => item.name === unit)?.seconds ?? 1);
}

export function shownInterval(seconds: number): string {
  const { count, unit } = inUnit(seconds);
  const rounded = count.toLocaleString();
  return count === 1 ? `1 ${unit.slice(0, -1)}` : `${rounded} ${unit}`;
}

/** The day before now, where the business is. */
export function yesterday(now: Date, zone?: string): string {
  const today = new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(now);
  return new Date(Date.parse(`${today}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}
