import { Alert, Button, Group, Stack, Text } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import { StandingBadge } from "../../components/badges";
import { Failed } from "../../components/states";
import { useArriving, useSandboxOrder } from "./queries";

/** Order something in the made-up shop, and watch it arrive. */
export function FirstOrder() {
  const order = useSandboxOrder();
  // Kept for this visit: whoever comes back can follow the same order.
  const [id, setId] = useState(() => sessionStorage.getItem("orderbridge-order") ?? "");
  const arriving = useArriving(id);
  const place = () =>
    order.mutate(undefined, {
      onSuccess: (made) => {
        sessionStorage.setItem("orderbridge-order", made.order_id);
        setId(made.order_id);
      },
    });
  const arrived = arriving.data?.standing === "agrees";
  return (
    <Stack gap="sm">
      <Text size="sm">Now be a customer of the made-up shop: order something, and see it arrive in Act!.</Text>
      <Group>
        <Button size="md" variant={arrived ? "default" : "filled"} loading={order.isPending} onClick={place}>
          {id ? "Order something else" : "Order something"}
        </Button>
      </Group>
      {order.error ? <Failed error={order.error} /> : null}
      {id ? (
        <Alert role="status" color={arrived ? "green" : "blue"} title={arrived ? "It is in Act!, and proved to the cent" : "Ordered in HighLevel; on its way to Act!"}>
          <Group gap="sm">
            {arriving.data ? <StandingBadge value={arriving.data.standing} /> : null}
            {arriving.data ? (
              <Button component={Link} href={`/orders/${encodeURIComponent(id)}`} variant={arrived ? "filled" : "default"}>
                {arrived ? "See your first order" : "Watch it on its page"}
              </Button>
            ) : (
              <Text size="sm">HighLevel tells this server of it …</Text>
            )}
          </Group>
        </Alert>
      ) : null}
    </Stack>
  );
}
