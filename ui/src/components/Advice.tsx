import { Anchor } from "@mantine/core";
import { Fragment } from "react";
import { Link } from "wouter";
import { withPages } from "../features/commands/commands";

/** What the server says: a command that a page does as well leads to that page. Its size is that of the text around it. */
export function Advice({ children }: { children: string | null | undefined }) {
  return (
    <>
      {withPages(children ?? "").map((piece, place) =>
        typeof piece === "string" ? (
          <Fragment key={place}>{piece}</Fragment>
        ) : (
          <Anchor key={place} component={Link} href={piece.to} inherit>
            {piece.label}
          </Anchor>
        ),
      )}
    </>
  );
}
