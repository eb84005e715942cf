// SPDX-License-Identifier: Apache-2.0

import { Button, Flex } from '@patternfly/react-core';
import AngleRightIcon from '@patternfly/react-icons/dist/esm/icons/angle-right-icon';
import AngleDoubleLeftIcon from '@patternfly/react-icons/dist/esm/icons/angle-double-left-icon';
import { useTranslation } from 'react-i18next';

interface Props {
  cursor: string | undefined;
  next: string | undefined;
  onChange: (cursor: string | undefined) => void;
}

/** First and next page of a list; nothing when there is one page only. The browser's back goes one page back. */
export function Pager({ cursor, next, onChange }: Props) {
  const { t } = useTranslation();
  if (!cursor && !next) return null;
  return (
    <nav aria-label={t('pager.name')} className="b4a-pager">
      <Flex>
        <Button variant="link" icon={<AngleDoubleLeftIcon />} isDisabled={!cursor} onClick={() => onChange(undefined)}>
          {t('pager.first')}
        </Button>
        <Button
          variant="link"
          icon={<AngleRightIcon />}
          iconPosition="end"
          isDisabled={!next}
          onClick={() => onChange(next)}
        >
          {t('pager.next')}
        </Button>
      </Flex>
    </nav>
  );
}
