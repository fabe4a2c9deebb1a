// Cards of the plan can be dragged to another quarter: it chooses that in the card's own form and sends it.
// Without JavaScript, and by keyboard, the form's select and button do the same.
(function () {
  "use strict";

  let dragged = null;

  for (const card of document.querySelectorAll("[data-plan-card]")) {
    card.draggable = true;
    card.addEventListener("dragstart", function (event) {
      dragged = card;
      card.classList.add("is-dragged");
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", card.querySelector("h3").textContent);
    });
    card.addEventListener("dragend", function () {
      card.classList.remove("is-dragged");
      dragged = null;
    });
  }

  for (const quarter of document.querySelectorAll("[data-plan-quarter]")) {
    function over(event) {
      if (!dragged || dragged.dataset.quarter === quarter.dataset.planQuarter) return;
      event.preventDefault(); // so that it may be dropped here
      quarter.classList.add("is-over");
    }
    quarter.addEventListener("dragenter", over);
    quarter.addEventListener("dragover", over);
    quarter.addEventListener("dragleave", function (event) {
      if (!quarter.contains(event.relatedTarget)) quarter.classList.remove("is-over");
    });
    quarter.addEventListener("drop", function (event) {
      quarter.classList.remove("is-over");
      if (!dragged) return;
      event.preventDefault();
      const form = dragged.querySelector("[data-plan-move]");
      form.elements.quarter.value = quarter.dataset.planQuarter;
      form.requestSubmit();
    });
  }
})();
