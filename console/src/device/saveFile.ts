// SPDX-License-Identifier: Apache-2.0

/** Gives a file to the person, as a download. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

export const saveText = (name: string, text: string): void => saveFile(name, new Blob([text], { type: 'application/x-pem-file' }));
