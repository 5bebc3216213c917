import {_t} from "@web/core/l10n/translation";

/** Bytes of a workbook that the server reads. */
const MAXIMUM_BYTES = 5 * 1024 * 1024;

/** Why a file is not even sent, in a person's words; empty if it is. */
export function getFileRefusal(file) {
  if (!/\.(xlsx|xlsm)$/i.test(file.name)) {
    return _t(
      "This is not an Excel workbook. Save the table as an Excel workbook (.xlsx)."
    );
  }
  if (file.size > MAXIMUM_BYTES) {
    return _t(
      "The table is larger than 5 MB. Remove pictures and sheets that are not needed, or split it."
    );
  }
  return "";
}

function readAnswer(request) {
  if (request.status === 413) {
    return {
      refused: _t(
        "The table is larger than 5 MB. Remove pictures and sheets that are not needed, or split it."
      ),
    };
  }
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {
      refused: _t(
        "You are signed out, or this page is too old. Reload it and try again."
      ),
    };
  }
}

/**
 * Send a workbook.
 *
 * A request of the old kind, since only those tell how much has been sent.
 *
 * @param {String} url
 * @param {File} file
 * @param {Object} values fields that travel with it
 * @param {(share: Number) => void} onProgress receives 0 to 1
 * @returns {Promise<Object>} the answer; `refused` where there is none
 */
export function sendWorkbook(url, file, values, onProgress) {
  const data = new FormData();
  data.append("csrf_token", odoo.csrf_token);
  data.append("file", file, file.name);
  for (const [name, value] of Object.entries(values)) {
    data.append(name, value);
  }
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.upload.addEventListener("progress", (ev) => {
      if (ev.lengthComputable) {
        onProgress(ev.loaded / ev.total);
      }
    });
    request.addEventListener("load", () => resolve(readAnswer(request)));
    request.addEventListener("error", () =>
      resolve({
        refused: _t("There is no connection. Try again: nothing is taken over twice."),
      })
    );
    request.send(data);
  });
}
