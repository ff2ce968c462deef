import { Anchor, createTheme, type MantineColorsTuple } from "@mantine/core";

const sea: MantineColorsTuple = [
  "#e6f7f9", "#d0edf1", "#a3dae3", "#72c6d4", "#4bb5c8", "#33abc1", "#1f8497", "#0b7285", "#085e6e", "#044a57",
];

export const theme = createTheme({
  primaryColor: "sea",
  colors: { sea },
  primaryShade: 7,
  autoContrast: true,
  defaultRadius: "md",
  fontFamily: "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
  headings: { fontWeight: "650" },
  cursorType: "pointer",
  respectReducedMotion: true,
  // A link is known by more than its colour.
  components: { Anchor: Anchor.extend({ defaultProps: { underline: "always" } }) },
});
