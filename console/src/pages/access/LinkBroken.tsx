// SPDX-License-Identifier: Apache-2.0

import { Alert } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

/** A link without its secret: mail programs break long ones. */
export function LinkBroken() {
  const { t } = useTranslation();
  return (
    <Alert variant="warning" isInline component="p" title={t('link.broken')}>
      {t('link.brokenBody')}
    </Alert>
  );
}
