import { Button, Checkbox, Group } from "@mantine/core";
import { useState } from "react";
import type { CloseDay } from "../../api/types";

/** The files of a closed day; the server writes them. */
export function Downloads({ item }: { item: CloseDay }) {
  const [excel, setExcel] = useState(false);
  const wanted = new URLSearchParams({ location: item.location, database: item.database });
  if (excel) wanted.set("bom", "true");
  return (
    <Group>
      <Button component="a" size="xs" variant="default" href={`/api/closes/${item.day}/export?${wanted}`} download>
        Download the day as CSV
      </Button>
      {item.differences.length + item.findings.length > 0 ? (
        <Button component="a" size="xs" variant="default" href={`/api/closes/${item.day}/differences?${wanted}`} download>
          Download the differences as CSV
        </Button>
      ) : null}
      <Checkbox size="xs" label="for Excel" checked={excel} onChange={(event) => setExcel(event.currentTarget.checked)} />
    </Group>
  );
}
