import { Popover, UnstyledButton } from "@mantine/core";
import { lazy, Suspense, useState, type ReactNode } from "react";
import { Loading } from "./states";

// The words come when the first one is asked for: most people know most of them.
const Explained = lazy(() => import("../features/help/Explained"));

/** A word that not everybody knows: its button opens what it means, and Escape closes that again. */
export function Term({ word, children }: { word: string; children?: ReactNode }) {
  const [open, setOpen] = useState(false);
  return (
    <Popover opened={open} onChange={setOpen} width={300} withArrow shadow="md" trapFocus returnFocus withinPortal>
      <Popover.Target>
        <UnstyledButton component="button" type="button" className="term" onClick={() => setOpen((now) => !now)}>
          {children ?? word}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={`What ‘${word}’ means`}>
        <Suspense fallback={<Loading />}>
          <Explained word={word} onGo={() => setOpen(false)} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  );
}
