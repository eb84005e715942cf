// SPDX-License-Identifier: Apache-2.0

import { useTranslation } from 'react-i18next';

/** Text that the platform wrote, which is English in every language of the console: screen readers are told so. */
export function ServerText({ children }: { children: string }) {
  const { i18n } = useTranslation();
  return i18n.language === 'en' ? <>{children}</> : <span lang="en">{children}</span>;
}
