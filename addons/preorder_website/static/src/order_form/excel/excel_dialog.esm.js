import {Component, useEffect, useRef, useState} from "@odoo/owl";
import {formatDate, formatQuantity} from "../formatters.esm";
import {getFileRefusal, sendWorkbook} from "./excel_upload.esm";
import {recallColumns, rememberColumns} from "./excel_columns.esm";
import {Dialog} from "@web/core/dialog/dialog";
import {_t} from "@web/core/l10n/translation";
import {browser} from "@web/core/browser/browser";
import {downloadFile} from "@web/core/network/download";
import {useNamedDialog} from "../dialog_name.esm";

/** Rows of a report shown at once; more on demand. */
const PAGE = 100;
const STATUSES = ["refused", "new", "changed", "same"];

/** The order form as a workbook, and a workbook's quantities in the order form. */
export class ExcelDialog extends Component {
  static template = "preorder_website.ExcelDialog";
  static components = {Dialog};
  static props = {model: Object, close: Function};

  setup() {
    this.model = this.props.model;
    this.heading = useRef("heading");
    this.state = useState({
      // One of start, busy, choose, report and done.
      step: "start",
      options: {layout: "matrix", prices: true, pictures: false, ordered: false},
      problem: "",
      progress: 0,
      task: "",
      sheets: [],
      choice: null,
      report: null,
      moved: false,
      status: "refused",
      shown: PAGE,
      taken: 0,
    });
    this.file = null;
    this.modal = useNamedDialog();
    // Whoever hears the page, or walks through it by keyboard, follows each step.
    useEffect(
      () => this.heading.el?.focus(),
      () => [this.state.step]
    );
  }

  get title() {
    return _t("Order with Excel");
  }

  get takenText() {
    const {taken} = this.state;
    return taken === 1
      ? _t("1 quantity is taken over")
      : _t("%s quantities are taken over", taken);
  }

  get wantedText() {
    const {wanted} = this;
    if (!wanted) {
      return _t("Nothing would change");
    }
    return wanted === 1
      ? _t("1 quantity would change")
      : _t("%s quantities would change", wanted);
  }

  get takeOverText() {
    const refused = this.count("refused");
    return refused
      ? _t("Leave out %(refused)s refused and take over %(wanted)s", {
          refused,
          wanted: this.wanted,
        })
      : _t("Take over %s", this.wanted);
  }

  get moreText() {
    return _t("Show %s more", this.rows.length - this.state.shown);
  }

  /** Wait until what was typed is saved: workbook and form are to tell the same. */
  async saveTyped() {
    if (await this.model.queue.flush()) {
      return true;
    }
    this.state.problem = _t(
      "Some of the quantities that you typed are not saved yet. Try again when they are."
    );
    return false;
  }

  begin(task) {
    Object.assign(this.state, {step: "busy", task, progress: 0, problem: ""});
  }

  // Export

  get exportUrl() {
    const {layout, ...flags} = this.state.options;
    const chosen = Object.keys(flags).filter((name) => flags[name]);
    const query = [`layout=${layout}`, ...chosen.map((name) => `${name}=1`)];
    return `${this.model.baseUrl}/xlsx?${query.join("&")}`;
  }

  async download() {
    this.begin(_t("Writing the workbook…"));
    if (await this.saveTyped()) {
      try {
        const response = await browser.fetch(this.exportUrl);
        const type = response.headers.get("Content-Type") || "";
        if (!response.ok || !type.includes("spreadsheet")) {
          throw new Error(response.statusText);
        }
        const header = response.headers.get("Content-Disposition") || "";
        const name = /filename\*=UTF-8''([^;]+)/i.exec(header);
        downloadFile(
          await response.blob(),
          name ? decodeURIComponent(name[1]) : "order.xlsx",
          type
        );
      } catch {
        this.state.problem = _t("The workbook could not be written. Please try again.");
      }
    }
    this.state.step = "start";
  }

  // Import

  async onFile(ev) {
    const file = ev.target.files[0];
    // The same file may be chosen again after it was mended.
    ev.target.value = "";
    if (!file) {
      return;
    }
    this.state.problem = getFileRefusal(file);
    if (this.state.problem) {
      return;
    }
    this.file = await this.keep(file);
    Object.assign(this.state, {choice: null, sheets: [], moved: false});
    await this.read();
  }

  /** A copy in memory: browsers refuse to send a file that was saved again meanwhile. */
  async keep(file) {
    return new File([await file.arrayBuffer()], file.name, {type: file.type});
  }

  get choiceText() {
    const {sheet, code, quantity, headings, date, day} = this.state.choice;
    return JSON.stringify({sheet, code, quantity, headings, date, day});
  }

  send(values) {
    const all = this.state.choice ? {choice: this.choiceText, ...values} : values;
    return sendWorkbook(
      `${this.model.baseUrl}/xlsx/import`,
      this.file,
      all,
      (share) => {
        this.state.progress = Math.round(100 * share);
      }
    );
  }

  async read() {
    this.begin(_t("Reading the workbook…"));
    if (!(await this.saveTyped())) {
      this.state.step = "start";
      return;
    }
    this.accept(await this.send({}));
  }

  async takeOver() {
    const values = {fingerprint: this.state.report.fingerprint, batch: this.batch};
    if (this.count("refused")) {
      values.leave_out = "1";
    }
    this.begin(
      this.wanted === 1
        ? _t("Taking over 1 quantity…")
        : _t("Taking over %s quantities…", this.wanted)
    );
    if (!(await this.saveTyped())) {
      this.state.step = "report";
      return;
    }
    const answer = await this.send(values);
    if ("taken" in answer) {
      Object.assign(this.state, {step: "done", taken: answer.taken});
      return;
    }
    if (answer.refused) {
      // Nothing was written, or nobody knows: the same attempt may be made again.
      Object.assign(this.state, {step: "report", problem: answer.refused});
      return;
    }
    this.state.moved = true;
    this.accept(answer);
  }

  accept(answer) {
    if (answer.report) {
      this.batch = this.model.queue.makeId();
      const {counts} = answer.report;
      Object.assign(this.state, {
        step: "report",
        report: answer.report,
        status: STATUSES.find((status) => counts[status]) || "same",
        shown: PAGE,
      });
    } else if (answer.choose) {
      this.startChoice(answer.choose);
    } else {
      Object.assign(this.state, {
        step: this.state.choice ? "choose" : "start",
        problem: answer.closed || answer.refused,
      });
    }
  }

  // Columns of any other table

  startChoice(sheets) {
    this.state.sheets = sheets;
    const {user} = this.model.props;
    for (const sheet of sheets) {
      const columns = recallColumns(browser.localStorage, user, sheet);
      if (columns) {
        this.chooseSheet(sheet, columns);
        return this.read();
      }
    }
    this.chooseSheet(sheets[0], sheets[0].guess);
    this.state.step = "choose";
  }

  get sheet() {
    return this.state.sheets.find(({sheet}) => sheet === this.state.choice.sheet);
  }

  chooseSheet(sheet, {code = null, quantity = null, date = null}) {
    this.state.choice = {
      sheet: sheet.sheet,
      headings: sheet.headings,
      code,
      quantity,
      date: this.hasDates ? date : null,
      day: this.hasDates ? this.model.state.date : null,
    };
  }

  onSheet(ev) {
    const sheet = this.state.sheets.find((each) => each.sheet === ev.target.value);
    this.chooseSheet(sheet, sheet.guess);
  }

  onColumn(name, ev) {
    this.state.choice[name] = ev.target.value === "" ? null : Number(ev.target.value);
  }

  get hasDates() {
    return Boolean(this.model.props.dates);
  }

  get canRead() {
    const {code, quantity} = this.state.choice;
    return code !== null && quantity !== null && code !== quantity;
  }

  get columnFields() {
    const fields = [
      {
        name: "code",
        label: _t("Code: reference, barcode or supplier's code"),
        none: _t("Choose a column"),
      },
      {name: "quantity", label: _t("Quantity"), none: _t("Choose a column")},
    ];
    if (this.hasDates) {
      const {date} = this.model.state;
      const none = date ? _t("All on %s", formatDate(date)) : _t("Choose a column");
      fields.push({name: "date", label: _t("Delivery date"), none});
    }
    return fields;
  }

  /** The columns that a report was made of. */
  get chosenText() {
    const {code, quantity} = this.state.choice;
    const texts = [code, quantity].map((wanted) => {
      const {letter, text} = this.sheet.columns.find(({column}) => column === wanted);
      return `${letter} “${text}”`;
    });
    return _t("Codes from column %(code)s, quantities from %(quantity)s.", {
      code: texts[0],
      quantity: texts[1],
    });
  }

  describeColumn({letter, text, samples}) {
    const below = samples.length ? ` (${samples.join(", ")})` : "";
    return `${letter}: ${text}${below}`;
  }

  async readChosen() {
    rememberColumns(
      browser.localStorage,
      this.model.props.user,
      this.sheet,
      this.state.choice
    );
    await this.read();
  }

  changeColumns() {
    this.state.step = "choose";
  }

  // Report

  get statuses() {
    const labels = {
      refused: _t("Refused"),
      new: _t("New"),
      changed: _t("Changed"),
      same: _t("Unchanged"),
    };
    return STATUSES.map((name) => ({
      name,
      label: `${labels[name]}: ${formatQuantity(this.count(name))}`,
      count: this.count(name),
    })).filter(({name, count}) => count || name === this.state.status);
  }

  count(status) {
    return this.state.report.counts[status];
  }

  /** Quantities that would be written. */
  get wanted() {
    return this.count("new") + this.count("changed");
  }

  get rows() {
    return this.state.report.rows
      .filter((row) => row[7] === this.state.status)
      .map(([sheet, row, place, product, date, before, after, status, text]) => ({
        key: `${sheet}|${place}|${date}`,
        where: _t("Row %(row)s (%(cell)s)", {row, cell: place}),
        sheet,
        product,
        date: date && formatDate(date),
        before: formatQuantity(before),
        // What is refused stands here as it stands in the workbook.
        after: typeof after === "string" ? after : formatQuantity(after),
        status,
        text,
      }));
  }

  show(status) {
    Object.assign(this.state, {status, shown: PAGE});
  }

  showMore() {
    this.state.shown += PAGE;
  }

  restart() {
    Object.assign(this.state, {step: "start", problem: "", report: null});
  }

  /** The page is loaded anew, with what now stands in the form. */
  finish() {
    browser.location.reload();
  }
}
