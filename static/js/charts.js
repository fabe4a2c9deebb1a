// Draws the reports' charts over the tables that stand below them. Each <figure data-chart="id" hidden> has its data in
// <script type="application/json" id="id">: see templates/dashboards/reports/chart.html. Colours are those of the legend.
// Nothing moves: no animation is wanted over figures.
(function () {
  "use strict";
  if (!window.Chart) return; // the tables say it all

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

  function draw(figure) {
    const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const canvas = figure.querySelector("canvas");
    figure.hidden = false; // only then has it a width
    const label = (text) => (figure.clientWidth < 480 ? text.split(" ") : text); // on a phone a word a line
    const scale = data.currency ? Math.pow(10, data.digits) : 100;
    const unit = data.currency ? { style: "currency", currency: data.currency } : { style: "percent" };
    const exact = new Intl.NumberFormat("en-US", unit);
    const short = new Intl.NumberFormat("en-US", { ...unit, notation: "compact", maximumFractionDigits: 1 });
    const former = window.Chart.getChart(canvas);
    if (former) former.destroy(); // its colours were those of the other theme
    const [surface, ink, line] = ["--wf-surface", "--wf-ink-soft", "--wf-line"].map((name) => colour(figure, name));
    new window.Chart(canvas, {
      type: "bar",
      data: {
        labels: data.labels.map(label),
        datasets: data.series.map((series) => ({
          label: series.label,
          data: series.values.map((value) => value / scale),
          backgroundColor: tone(figure, series.tone),
          borderColor: surface,
          borderWidth: { top: 1 },
          maxBarThickness: 56,
        })),
      },
      options: {
        maintainAspectRatio: false,
        animation: false,
        interaction: { mode: "index", intersect: false },
        plugins: {
          colors: { enabled: false },
          legend: { display: false },
          tooltip: {
            filter: (item) => item.raw !== 0,
            callbacks: {
              title: (items) => data.labels[items[0]?.dataIndex],
              label: (item) => item.dataset.label + ": " + exact.format(item.raw),
            },
          },
        },
        scales: {
          x: { stacked: !data.apart, grid: { display: false }, border: { color: line }, ticks: { color: ink, maxRotation: 0, autoSkip: Boolean(data.currency), autoSkipPadding: 12 } },
          y: {
            stacked: !data.apart,
            beginAtZero: true,
            max: data.currency ? undefined : 1,
            grid: { color: line },
            border: { color: line },
            ticks: { color: ink, maxTicksLimit: 6, callback: (value) => short.format(value) },
          },
        },
      },
    });
  }

  function drawAll() {
    document.querySelectorAll("figure[data-chart]").forEach(draw);
  }

  window.Chart.defaults.font.family = '"Inter Variable", system-ui, sans-serif';
  drawAll();
  document.addEventListener("windfall:theme", drawAll);
})();
