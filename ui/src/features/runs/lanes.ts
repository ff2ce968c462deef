/** The order whose lane the run stood in: 'connection/order/ID'. */
export function orderOf(lane: string): string | null {
  const parts = lane.split("/");
  return parts.length >= 3 && parts[1] === "order" ? parts.slice(2).join("/") : null;
}
