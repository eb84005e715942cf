// SPDX-License-Identifier: Apache-2.0

import { CopyButton } from './CopyButton';
import { prettyJson } from './format';

/** Text of a contract or certificate: JSON indented, long lines broken, copied by a button. */
export function Code({ text, what }: { text: string; what: string }) {
  const shown = prettyJson(text);
  return (
    <div className="b4a-code">
      <pre>{shown}</pre>
      <CopyButton text={shown} what={what} />
    </div>
  );
}
