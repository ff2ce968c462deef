import { Anchor, Stack, Text } from "@mantine/core";
import { Link } from "wouter";
import { anchorOf, meaningOf } from "./glossary";

/** What a word means, and the way to all the others. */
export default function Explained({ word, onGo }: { word: string; onGo: () => void }) {
  const item = meaningOf(word);
  return (
    <Stack gap={6} align="flex-start">
      <Text size="sm" fw={650}>
        {item?.word ?? word}
      </Text>
      <Text size="sm">{item?.means ?? "This word is not explained yet."}</Text>
      <Anchor component={Link} href={`/help#${anchorOf(word)}`} size="sm" onClick={onGo}>
        All words
      </Anchor>
    </Stack>
  );
}
