import { Text } from "@mantine/core";

/** An exact amount in the reader's own way of writing; its digits are the server's, never computed here. */
export function shownMoney(amount: string, currency: string, locale?: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?$/.exec(amount);
  if (!parts) return `${amount} ${currency}`;
  const [, sign, whole, fraction] = parts;
  // The cents are the server's own digits: the whole has to be written with the same ones.
  const digits = { numberingSystem: "latn" } as const;
  const decimal = new Intl.NumberFormat(locale, digits).formatToParts(1.1).find((part) => part.type === "decimal")?.value ?? ".";
  const grouped = new Intl.NumberFormat(locale, { ...digits, maximumFractionDigits: 0 }).format(BigInt(whole ?? "0"));
  const cents = (fraction ?? "").padEnd(digitsOf(currency), "0");
  return `${sign ? "−" : ""}${grouped}${cents ? decimal + cents : ""} ${currency}`;
}

/** How many digits of a fraction amounts of a currency are written with; those that are there are never cut. */
function digitsOf(currency: string): number {
  try {
    return new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().minimumFractionDigits ?? 0;
  } catch (error) {
    // A code that is none: the amount is shown as it came.
    if (!(error instanceof RangeError)) throw error;
    return 0;
  }
}

export function isZero(amount: string): boolean {
  return /^-?0*(\.0*)?$/.test(amount);
}

export function Money({ amount, currency }: { amount: string | null; currency: string }) {
  if (amount === null) {
    return (
      <Text span inherit c="dimmed" role="img" aria-label="nothing on this side">
        –
      </Text>
    );
  }
  return (
    <Text span inherit style={{ fontVariantNumeric: "tabular-nums", whiteSpace: "nowrap" }}>
      {shownMoney(amount, currency)}
    </Text>
  );
}

/** A number of the API that has to stay exact is shown as it came. */
export function asText(value: number | string | null): string | null {
  return value === null ? null : String(value);
}
