import { useComputedColorScheme, useMantineTheme } from "@mantine/core";
import { BarChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsType } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { type Series, tipOf, type What } from "./trendSeries";

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, CanvasRenderer]);

const HEIGHT = 240;
// A day is the same wherever it is read.
const shortDay = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", timeZone: "UTC" });

/** A chart by day; what it shows stands in a table beside it for those who cannot see it. */
export function Chart({ what, days, series, label }: { what: What; days: string[]; series: Series[]; label: string }) {
  const theme = useMantineTheme();
  const dark = useComputedColorScheme("light") === "dark";
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);

  useEffect(() => {
    const element = place.current;
    if (!element) return;
    chart.current = init(element);
    const watch = new ResizeObserver(() => chart.current?.resize());
    watch.observe(element);
    return () => {
      watch.disconnect();
      chart.current?.dispose();
      chart.current = null;
    };
  }, []);

  useEffect(() => {
    const sea = theme.colors["sea"] ?? theme.colors.blue;
    const ink = dark ? theme.colors.dark[0] : theme.colors.gray[7];
    const faint = dark ? theme.colors.dark[4] : theme.colors.gray[3];
    chart.current?.setOption(
      {
        animation: false,
        color: dark ? [sea[4], theme.colors.orange[4]] : [sea[7], theme.colors.orange[8]],
        textStyle: { color: ink, fontFamily: theme.fontFamily },
        legend: { show: series.length > 1, top: 0, textStyle: { color: ink } },
        grid: { left: 8, right: 8, top: series.length > 1 ? 32 : 12, bottom: 4, containLabel: true },
        tooltip: {
          trigger: "axis",
          // Drawn, not written into the page: what a record says can never become markup.
          renderMode: "richText",
          confine: true,
          backgroundColor: dark ? theme.colors.dark[6] : "#ffffff",
          borderColor: faint,
          textStyle: { color: ink },
          formatter: (found: unknown) => {
            const at = (Array.isArray(found) ? found[0] : found) as { dataIndex: number };
            return tipOf(days[at.dataIndex] ?? "", series, at.dataIndex);
          },
        },
        xAxis: {
          type: "category",
          data: days.map((day) => shortDay.format(new Date(`${day}T00:00:00Z`))),
          axisLabel: { color: ink, hideOverlap: true },
          axisLine: { lineStyle: { color: faint } },
          axisTick: { show: false },
        },
        yAxis: {
          type: "value",
          minInterval: what === "orders" ? 1 : 0,
          axisLabel: { color: ink, formatter: (value: number) => (what === "latency" ? `${value} s` : value.toLocaleString()) },
          splitLine: { lineStyle: { color: faint } },
        },
        series: series.map((item) => ({
          name: item.name,
          type: what === "latency" ? "line" : "bar",
          data: item.values,
          connectNulls: false,
          symbolSize: 6,
        })),
      },
      { notMerge: true },
    );
  }, [what, days, series, dark, theme]);

  return <div ref={place} role="img" aria-label={label} style={{ width: "100%", height: HEIGHT }} />;
}
