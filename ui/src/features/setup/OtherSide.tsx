import { Alert, Box, Text } from "@mantine/core";

/** What to click on the other side. */
export function OtherSide({ where, steps }: { where: string; steps: string[] }) {
  return (
    <Alert color="blue" title={`In ${where}`}>
      <Box component="ol" m={0} pl="md">
        {steps.map((step) => (
          <li key={step}>
            <Text size="sm">{step}</Text>
          </li>
        ))}
      </Box>
    </Alert>
  );
}
