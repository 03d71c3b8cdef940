// Draws a chart from the table beside it. Without this file the tables are all there is, and nothing is missing.
"use strict";

(() => {
  const scheme = matchMedia("(prefers-color-scheme: dark)");
  const contrast = matchMedia("(forced-colors: active)");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let drawn = [];

  const color = (element, name) => {
    // The browser works out light-dark() and system colors only for a real property.
    const probe = document.createElement("span");
    probe.hidden = true;
    probe.style.color = `var(${name})`;
    element.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  };

  // What a table says: the names of its rows, and the columns that are to be drawn.
  const read = (place) => {
    const table = document.getElementById(place.dataset.table);
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
    const rows = [...table.tBodies[0].rows].filter((row) => !row.classList.contains("total"));
    const columns = place.dataset.drawn.split(" ").map(Number);
    return {
      names: rows.map((row) => row.cells[0].textContent.trim()),
      columns: columns.map((n) => ({
        title: heads[n],
        values: rows.map((row) => (row.cells[n].dataset.value === "" ? null : Number(row.cells[n].dataset.value))),
      })),
    };
  };

  const MOST_BARS = 12;

  const settings = (place) => {
    const told = read(place);
    const isLying = place.dataset.chart === "bars";
    const most = isLying ? MOST_BARS : told.names.length;
    const ink = color(place, "--ink");
    const line = color(place, "--line");
    const paints = [color(place, "--now"), color(place, "--before")];
    if (isLying) {
      place.style.height = `${Math.min(told.names.length, most) * 2.75 + 5}rem`;
    }
    const room = place.clientWidth < 420 ? 15 : 28;
    const short = (name) => (name.length > room ? `${name.slice(0, room - 1)}…` : name);
    const values = { beginAtZero: true, ticks: { color: ink, precision: 0 }, grid: { color: line } };
    const names = { ticks: { color: ink, autoSkip: !isLying, maxRotation: 0 }, grid: { display: false } };
    return {
      type: place.dataset.chart === "line" ? "line" : "bar",
      data: {
        labels: told.names.slice(0, most).map(isLying ? short : (name) => name),
        datasets: told.columns.map((column, n) => ({
          label: column.title,
          data: column.values.slice(0, most),
          backgroundColor: n ? "transparent" : paints[0],
          borderColor: paints[n],
          borderWidth: 2,
          // The time before is told by its form too: hollow bars, a broken line with squares.
          borderDash: n ? [6, 4] : [],
          pointStyle: n ? "rect" : "circle",
          pointBackgroundColor: paints[n],
          pointRadius: 3,
          tension: 0,
        })),
      },
      options: {
        indexAxis: isLying ? "y" : "x",
        animation: still.matches ? false : { duration: 200 },
        maintainAspectRatio: false,
        responsive: true,
        scales: isLying ? { x: values, y: names } : { x: names, y: values },
        plugins: { legend: { labels: { color: ink, usePointStyle: true, boxWidth: 10, boxHeight: 10 } } },
        interaction: { mode: "index", axis: isLying ? "y" : "x", intersect: false },
      },
    };
  };

  const draw = () => {
    drawn.forEach((chart) => chart.destroy());
    drawn = [...document.querySelectorAll("[data-chart]")].map((place) => {
      place.hidden = false;
      return new Chart(place.querySelector("canvas"), settings(place));
    });
  };

  const start = () => {
    if (typeof Chart === "undefined") {
      return;
    }
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.font.size = 13;
    draw();
    scheme.addEventListener("change", draw);
    contrast.addEventListener("change", draw);
  };

  if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
  } else {
    start();
  }
})();
