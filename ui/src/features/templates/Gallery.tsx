import { Anchor, Badge, Group, Paper, SimpleGrid, Stack, Text, Title } from "@mantine/core";
import { Link } from "wouter";
import { Advice } from "../../components/Advice";
import { Asked } from "../../components/states";
import { OnOff } from "./OnOff";
import { useTemplates } from "./queries";
import type { Template } from "./types";
import { direction } from "./words";

export default function Gallery() {
  const templates = useTemplates();
  return (
    <Stack>
      <Title order={1} size="h3">
        Templates
      </Title>
      <Text size="sm" c="dimmed">
        Flows that come with the product. Each is enabled between one HighLevel and one Act! account, with settings of its own.
      </Text>
      <Asked query={templates}>
        {(every) => (
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            {every.map((item) => (
              <Card key={item.name} template={item} />
            ))}
          </SimpleGrid>
        )}
      </Asked>
    </Stack>
  );
}

function Card({ template }: { template: Template }) {
  const needed = template.settings.filter((item) => item.required);
  return (
    <Paper withBorder p="md" component="section" aria-labelledby={template.name}>
      <Stack gap="xs" h="100%">
        <Group justify="space-between" align="flex-start" gap="xs">
          <Title order={2} size="h5" id={template.name}>
            <Anchor component={Link} href={`/templates/${template.name}`} inherit>
              {template.title}
            </Anchor>
          </Title>
          <Badge variant="light" color="blue" className="tone-blue" tt="none">
            {direction(template.flows)}
          </Badge>
        </Group>
        <Text size="sm"><Advice>{template.description}</Advice></Text>
        <Text size="sm" c="dimmed">
          Starts with: {[...new Set(template.flows.map((flow) => flow.starts.toLowerCase()))].join("; ")}.
        </Text>
        <Text size="sm" c="dimmed">
          {needed.length === 0 ? "Needs nothing to be decided; it can be adjusted." : `You decide first: ${needed.map((item) => item.title.toLowerCase()).join(", ")}.`}
        </Text>
        <OnOff between={template.between} />
      </Stack>
    </Paper>
  );
}
