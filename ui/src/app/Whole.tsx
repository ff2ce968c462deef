import { Alert, Button, Group, Stack, Text, Title } from "@mantine/core";
import { Component, type ReactNode } from "react";

/** What is shown instead of a page that cannot be shown; the menu stays, and another page begins anew. */
export class Whole extends Component<{ path: string; children: ReactNode }, { error: Error | null; path: string }> {
  override state = { error: null as Error | null, path: this.props.path };

  static getDerivedStateFromError(error: Error) {
    return { error };
  }

  static getDerivedStateFromProps(props: { path: string }, state: { path: string }) {
    return props.path === state.path ? null : { error: null, path: props.path };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <Stack>
        <Title order={1} size="h3">
          This page cannot be shown
        </Title>
        <Alert role="alert" color="red" title={reasonOf(error)}>
          <Stack gap="xs">
            <Text size="sm">What was saved is safe. Load the page anew; where that does not help, tell us what stands here:</Text>
            <Text size="sm" style={{ overflowWrap: "anywhere" }}>
              {error.message}
            </Text>
            <Group>
              <Button size="xs" variant="default" onClick={() => window.location.reload()}>
                Load it anew
              </Button>
            </Group>
          </Stack>
        </Alert>
      </Stack>
    );
  }
}

/** Parts of the pages are fetched when they are needed; after an update the server has them under other names. */
function reasonOf(error: Error): string {
  return /import|module|chunk/i.test(error.message)
    ? "A part of it could not be fetched: the server does not answer, or was updated meanwhile"
    : "Something in it is not as it was expected";
}
