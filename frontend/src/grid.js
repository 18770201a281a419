// The editable grid: [data-grid] names a JSON block; paste from a spreadsheet, undo, live sums, save.
import { TabulatorFull as Tabulator } from "tabulator-tables";
import { say } from "./flash.js";
import { sendJson } from "./requests.js";
import { amount, shown, sum } from "./scaled.js";
import { text } from "./texts.js";

export function build(root) {
  for (const box of root.querySelectorAll("[data-grid]:not([data-ready])")) new Island(box).start();
}

// The table takes the focus when it stands, and the page follows it: undo both.
function giveBack(focus, height) {
  if (focus === document.body) document.activeElement.blur();
  else focus.focus({ preventScroll: true });
  scrollTo(0, height);
}

class Island {
  constructor(box) {
    this.box = box;
    this.given = JSON.parse(document.getElementById(box.dataset.grid).textContent);
    this.fields = this.given.columns.map((column) => column.key);
    this.saved = new Map();
    this.faults = new Map();
    this.last = new Map();
    this.past = [];
  }

  start() {
    this.box.dataset.ready = "";
    const rows = this.given.rows.map((row) => this.row(row));
    this.remember(rows);
    this.table = new Tabulator(this.part("place"), {
      data: rows,
      index: "key",
      columns: this.columns(),
      layout: "fitDataFill",
      columnDefaults: { headerSort: false, resizable: false },
      placeholder: text("grid_empty"),
      ...(this.given.locked ? {} : this.editing()),
    });
    const [focus, height] = [document.activeElement, scrollY];
    this.table.on("tableBuilt", () => {
      this.refresh();
      giveBack(focus, height);
    });
    for (const happened of ["cellEdited", "dataChanged", "clipboardPasted"]) {
      this.table.on(happened, () => this.soon());
    }
    if (!this.given.locked) this.forwardPaste();
    this.part("save")?.addEventListener("click", () => this.save());
    this.part("undo")?.addEventListener("click", () => this.undo());
    this.fillFrom(document.querySelector(`form[data-grid-fill="${this.box.dataset.grid}"]`));
    this.box.addEventListener("keydown", (event) => {
      const wanted = (event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "z";
      if (!wanted || event.target.matches("input")) return;
      event.preventDefault();
      this.undo();
    });
  }

  // A paste goes to where the page's text selection is, which may lie outside the table in focus.
  forwardPaste() {
    const table = this.part("place");
    document.addEventListener("paste", (event) => {
      const focus = document.activeElement;
      if (table.contains(event.target) || !table.contains(focus) || focus.matches("input")) return;
      event.preventDefault();
      table.dispatchEvent(new ClipboardEvent("paste", { clipboardData: event.clipboardData }));
    });
  }

  // A form whose answer fills the grid in: the cells are then changed, not saved.
  fillFrom(form) {
    form?.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        const answer = await sendJson(form.getAttribute("action"), Object.fromEntries(new FormData(form)));
        if (answer.values) this.put(answer.values);
        say(answer.message || text("grid_refused"), answer.status < 400 ? "success" : "danger");
      } catch (fault) {
        say(fault.message, "danger");
      }
      this.refresh();
    });
  }

  // Values by place, as the server names them.
  put(values) {
    for (const [place, value] of Object.entries(values)) {
      const [key, field] = place.split("/");
      const row = this.table.getRow(key);
      if (row) row.getCell(field).setValue(value);
    }
  }

  part(name) {
    return this.box.querySelector(`[data-grid-${name}]`);
  }

  row({ key, label, values }) {
    const cells = Object.fromEntries(this.fields.map((field, at) => [field, values[at] ?? ""]));
    return { key, label, ...cells };
  }

  editing() {
    return {
      selectableRange: 1,
      selectableRangeColumns: false,
      selectableRangeRows: true,
      selectableRangeClearCells: true,
      selectableRangeClearCellsValue: "",
      editTriggerEvent: "dblclick",
      clipboard: true,
      clipboardCopyStyled: false,
      clipboardCopyConfig: { rowHeaders: false, columnHeaders: false },
      clipboardCopyRowRange: "range",
      clipboardPasteParser: "range",
      clipboardPasteAction: "range",
    };
  }

  columns() {
    const narrow = matchMedia("(max-width: 767px)").matches;
    const head = { title: this.given.head, field: "label", frozen: true, width: narrow ? 96 : 160, cssClass: "grid-head" };
    const parents = this.given.parents || [];
    if (this.given.sums) head.bottomCalc = () => text(parents.length ? "grid_sum_open" : "grid_sum");
    if (parents.length) head.topCalc = () => this.given.parent_label;
    const cells = this.given.columns.map((column, at) => ({
      title: column.label,
      field: column.key,
      hozAlign: "right",
      headerHozAlign: "right",
      minWidth: 68,
      editor: this.given.locked ? undefined : "input",
      editable: (cell) => !this.markOf(cell),
      editorParams: { selectContents: true },
      formatter: (cell) => this.format(cell),
      ...this.sums((values) => values, parents.length ? parents[at] : undefined),
    }));
    const every = (rows) => rows.flatMap((row) => this.fields.map((field) => row[field]));
    const total = {
      title: this.given.total,
      field: "total",
      hozAlign: "right",
      headerHozAlign: "right",
      minWidth: 84,
      cssClass: "grid-total",
      formatter: (cell) => this.rowTotal(cell.getData()),
      ...this.sums((values, rows) => every(rows), parents.length ? this.given.parent : undefined),
    };
    return this.given.total ? [head, ...cells, total] : [head, ...cells];
  }

  // Above the column what the level above has set, below it the sum and what is missing to that.
  sums(pick, parent) {
    const digits = this.given.decimals;
    const found = {};
    if (this.given.sums) found.bottomCalc = (values, rows) => this.total(pick(values, rows));
    if (parent === undefined) return found;
    const aim = amount(parent, digits);
    found.topCalc = () => shown(aim, digits) || "—";
    if (!this.given.sums || aim === null) return found;
    found.bottomCalcFormatter = (cell) => {
      const gap = (amount(cell.getValue(), digits) ?? 0n) - aim;
      const box = document.createElement("span");
      box.append(cell.getValue());
      if (gap !== 0n) {
        const note = document.createElement("small");
        note.className = gap > 0n ? "grid-over" : "grid-under";
        note.textContent = `${gap > 0n ? "+" : "−"}${shown(gap < 0n ? -gap : gap, digits)}`;
        box.append(note);
      }
      return box;
    };
    return found;
  }

  // Calculated rows have no key: their cells are finished texts already.
  format(cell) {
    const raw = cell.getValue();
    if (cell.getData().key === undefined) return raw;
    const value = this.paint(cell);
    return value === undefined ? escape(String(raw)) : shown(value, this.given.decimals);
  }

  // Marks a cell as changed or wrong; returns its amount.
  paint(cell) {
    const place = `${cell.getData().key}/${cell.getField()}`;
    const value = amount(cell.getValue(), this.given.decimals);
    const element = cell.getElement();
    const fault = this.faults.get(place) || (value === undefined ? text("grid_not_number") : "");
    const [sign, words] = this.given.marks?.[this.markOf(cell)] || ["", ""];
    element.classList.toggle("invalid", Boolean(fault));
    element.classList.toggle("changed", this.differs(place, value));
    element.classList.toggle("fixed", Boolean(words));
    element.dataset.mark = sign;
    element.title = fault || words;
    return value;
  }

  markOf(cell) {
    return this.given.fixed?.[`${cell.getData().key}/${cell.getField()}`];
  }

  // A pasted or cleared block may reach over cells that cannot be changed: they keep what they had.
  holdFixed() {
    let held = 0;
    for (const place of Object.keys(this.given.fixed || {})) {
      const [key, field] = place.split("/");
      const cell = this.table.getRow(key)?.getCell(field);
      if (!cell || cell.getValue() === this.last.get(place)) continue;
      cell.setValue(this.last.get(place));
      held += 1;
    }
    if (held) say(text("grid_fixed", { count: held }), "warning");
  }

  differs(place, value) {
    return value === undefined || this.saved.get(place) !== value;
  }

  total(values) {
    const digits = this.given.decimals;
    return values.some((raw) => amount(raw, digits) != null) ? shown(sum(values, digits), digits) : "—";
  }

  rowTotal(row) {
    return row.key === undefined ? row.total : this.total(this.fields.map((field) => row[field]));
  }

  remember(rows) {
    for (const row of rows) {
      for (const field of this.fields) {
        const place = `${row.key}/${field}`;
        this.saved.set(place, amount(row[field], this.given.decimals));
        this.last.set(place, row[field] ?? "");
      }
    }
  }

  // One step is everything that changed at once: a pasted block is undone as a whole.
  record() {
    const step = [];
    for (const row of this.table.getData()) {
      for (const field of this.fields) {
        const place = `${row.key}/${field}`;
        const [before, after] = [this.last.get(place), row[field] ?? ""];
        if (before === after) continue;
        step.push([row.key, field, before]);
        this.last.set(place, after);
      }
    }
    if (step.length) this.past.push(step);
  }

  undo() {
    for (const [key, field, before] of this.past.pop() || []) {
      this.last.set(`${key}/${field}`, before);
      this.table.getRow(key).getCell(field).setValue(before);
    }
    this.refresh();
  }

  // A pasted block fires one event per cell: look once, after all of them.
  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.refresh(), 30);
  }

  refresh() {
    this.holdFixed();
    this.record();
    this.table.getRows().forEach((row) => this.repaint(row));
    this.table.recalc();
    const changes = this.changes();
    const wrong = changes.some((change) => change.value === undefined);
    this.box.toggleAttribute("data-unsaved", changes.length > 0);
    this.enable("save", changes.length > 0 && !wrong);
    this.enable("undo", this.past.length > 0);
    const count = this.part("count");
    if (count) count.textContent = changes.length ? text("grid_changes", { count: changes.length }) : text("grid_saved");
    this.compare();
  }

  repaint(row) {
    for (const cell of row.getCells()) {
      if (this.fields.includes(cell.getField())) this.paint(cell);
      if (cell.getField() === "total") cell.getElement().textContent = this.rowTotal(row.getData());
    }
  }

  enable(name, on) {
    const button = this.part(name);
    if (button) button.disabled = !on;
  }

  changes() {
    const found = [];
    for (const row of this.table.getData()) {
      for (const column of this.fields) {
        const value = amount(row[column], this.given.decimals);
        if (this.differs(`${row.key}/${column}`, value)) found.push({ row: row.key, column, value });
      }
    }
    return found;
  }

  // Allocated against what the level above has set.
  compare() {
    const badge = this.part("compare");
    if (!badge || this.given.parent === null) return;
    const digits = this.given.decimals;
    const spread = sum(this.table.getData().flatMap((row) => this.fields.map((field) => row[field])), digits);
    const parent = amount(this.given.parent, digits);
    const gap = spread - parent;
    const values = { spread: shown(spread, digits), parent: shown(parent, digits), gap: shown(gap < 0 ? -gap : gap, digits) };
    badge.textContent = text(gap === 0n ? "grid_even" : gap < 0 ? "grid_under" : "grid_over", values);
    badge.dataset.tone = gap === 0n ? "good" : gap < 0 ? "warn" : "bad";
  }

  async save() {
    const digits = this.given.decimals;
    const changes = this.changes().map((one) => ({ ...one, value: one.value === null ? null : plain(one.value, digits) }));
    this.enable("save", false);
    try {
      const reason = document.querySelector(`[data-grid-reason="${this.box.dataset.grid}"]`)?.value || "";
      const answer = await sendJson(this.given.save, { version: this.given.version, changes, reason });
      this.faults = new Map((answer.errors || []).map((fault) => [`${fault.row}/${fault.column}`, fault.message]));
      this.given.version = answer.version ?? this.given.version;
      if (answer.status < 400 && answer.ok !== false) {
        if (answer.values) this.put(answer.values);
        this.remember(this.table.getData());
        say(answer.message || text("grid_saved"), "success");
      } else {
        say(answer.message || text("grid_refused"), "danger");
      }
    } catch (fault) {
      say(fault.message, "danger");
    }
    this.refresh();
  }
}

const plain = (value, digits) => shown(value, digits).replace(/,/g, "");

function escape(words) {
  const box = document.createElement("span");
  box.textContent = words;
  return box.innerHTML;
}
