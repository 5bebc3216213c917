/** The way to Excel and back; the workbooks come from tests/test_excel_online.py. */
import {registry} from "@web/core/registry";

const tours = registry.category("web_tour.tours");

/** Choose a file in the dialog, as from a disk. */
function chooseFile(url) {
  return {
    content: `choose ${url}`,
    trigger: ".o_preorder_excel input[name=workbook]",
    async run() {
      const response = await fetch(url);
      const name = url.split("/").pop();
      const files = new DataTransfer();
      files.items.add(new File([await response.blob()], name));
      this.anchor.files = files.files;
      this.anchor.dispatchEvent(new Event("change", {bubbles: true}));
    },
  };
}

const openDialog = [
  {
    content: "the form is there",
    trigger: ".o_preorder_quantity",
  },
  {
    content: "open the exchange with Excel",
    trigger: "button[name=excel]",
    run: "click",
  },
];

const takeOver = (label) => [
  {
    content: "take over what the report shows",
    trigger: `.o_preorder_excel button[name=take_over]:contains(${label})`,
    run: "click",
  },
  {
    content: "it is done",
    trigger: ".o_preorder_excel h5[name=done]",
  },
  {
    content: "go back to the form",
    trigger: ".o_preorder_excel button[name=finish]",
    run: "click",
    expectUnloadPage: true,
  },
];

tours.add("preorder_excel_matrix", {
  steps: () => [
    ...openDialog,
    chooseFile("/excel-test/matrix.xlsx"),
    {
      content: "one quantity is new",
      trigger: ".o_preorder_excel tr[data-status=new]:contains(Red, L)",
    },
    {
      content: "look at those that change",
      trigger: ".o_preorder_excel button[name=changed]:contains(1)",
      run: "click",
    },
    {
      trigger: ".o_preorder_excel tr[data-status=changed]:contains(12 → 20)",
    },
    ...takeOver("Take over 2"),
    {
      content: "the form shows what was taken over",
      trigger: ".o_preorder_summary dd[name=pieces]:contains(28)",
    },
  ],
});

tours.add("preorder_excel_table", {
  steps: () => [
    ...openDialog,
    chooseFile("/excel-test/table.xlsx"),
    {
      content: "the quantities are found; say where the codes are",
      trigger: ".o_preorder_excel #o_preorder_excel_code",
      run: "select 0",
    },
    {
      trigger: ".o_preorder_excel button[name=read]:enabled",
      run: "click",
    },
    {
      content: "what is refused says why",
      trigger:
        ".o_preorder_excel tr[data-status=refused]:contains(NO-SUCH is not known)",
    },
    {
      content: "another attempt",
      trigger: ".o_preorder_excel button[name=restart]",
      run: "click",
    },
    chooseFile("/excel-test/table.xlsx"),
    {
      content: "the columns are remembered",
      trigger: ".o_preorder_excel button[name=change_columns]",
    },
    ...takeOver("Leave out 1 refused and take over 1"),
    {
      content: "the form shows what was taken over",
      trigger: ".o_preorder_summary dd[name=pieces]:contains(31)",
    },
  ],
});
