// Draws the reports' charts over the tables that stand below them. Each <figure data-chart="id" hidden> has its data in
// <script type="application/json" id="id">: see templates/dashboards/reports/chart.html. Colours are those of the legend.
(function () {
  "use strict";
  const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
  const charts = [];

  function tone(figure, name) {
    return window.getComputedStyle(figure.querySelector('[data-tone="' + name + '"]')).fill;
  }

  // A custom property may be light-dark(…), which a canvas can't read: an element resolves it.
  function colour(figure, name) {
    const probe = document.createElement("span");
    probe.style.color = "var(" + name + ")";
    figure.append(probe);
    const found = window.getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  function paint(entry) {
    const { chart, figure } = entry;
    for (const series of chart.data.datasets) {
      series.backgroundColor = tone(figure, series.tone);
      series.borderColor = colour(figure, "--wf-surface");
    }
    for (const axis of [chart.options.scales.x, chart.options.scales.y]) {
      axis.ticks.color = colour(figure, "--wf-ink-soft");
      axis.grid.color = colour(figure, "--wf-line");
      axis.border.color = colour(figure, "--wf-line");
    }
    chart.update("none");
  }

  function draw(figure) {
    const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const scale = Math.pow(10, data.digits);
    const exact = new Intl.NumberFormat("en-US", { style: "currency", currency: data.currency });
    const short = new Intl.NumberFormat("en-US", { style: "currency", currency: data.currency, notation: "compact", maximumFractionDigits: 1 });
    figure.hidden = false;
    const chart = new window.Chart(figure.querySelector("canvas"), {
      type: "bar",
      data: {
        labels: data.labels,
        datasets: data.series.map((series) => ({
          label: series.label,
          tone: series.tone,
          data: series.values.map((value) => value / scale),
          borderWidth: { top: 1 },
          maxBarThickness: 56,
        })),
      },
      options: {
        maintainAspectRatio: false,
        animation: calm.matches ? false : { duration: 250 },
        font: { family: "Inter Variable" },
        interaction: { mode: "index", intersect: false },
        plugins: {
          colors: { enabled: false },
          legend: { display: false },
          tooltip: {
            filter: (item) => item.raw !== 0,
            callbacks: { label: (item) => item.dataset.label + ": " + exact.format(item.raw) },
          },
        },
        scales: {
          x: { stacked: true, grid: { display: false }, border: {}, ticks: { maxRotation: 0, autoSkipPadding: 12 } },
          y: { stacked: true, beginAtZero: true, grid: {}, border: {}, ticks: { maxTicksLimit: 6, callback: (value) => short.format(value) } },
        },
      },
    });
    const entry = { chart: chart, figure: figure };
    charts.push(entry);
    paint(entry);
  }

  if (!window.Chart) return; // the tables say it all
  window.Chart.defaults.font.family = '"Inter Variable", system-ui, sans-serif';
  document.querySelectorAll("figure[data-chart]").forEach(draw);
  document.addEventListener("windfall:theme", () => charts.forEach(paint));
})();
