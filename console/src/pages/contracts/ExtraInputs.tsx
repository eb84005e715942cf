// SPDX-License-Identifier: Apache-2.0

import { Button, ExpandableSection } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { TextAreaField, TextField } from '../../components/fields';

/** A private input that the contract does not describe. */
export interface Extra {
  readonly key: string;
  readonly value: string;
}

interface Props {
  rows: readonly Extra[];
  onChange: (rows: readonly Extra[]) => void;
}

/** Private inputs by key, for functions that don't describe theirs. */
export function ExtraInputs({ rows, onChange }: Props) {
  const { t } = useTranslation();
  const change = (place: number, change: Partial<Extra>) => onChange(rows.map((r, n) => (n === place ? { ...r, ...change } : r)));
  return (
    <ExpandableSection toggleText={t('extra.title')}>
      <p className="b4a-quiet">{t('extra.body')}</p>
      {rows.map((row, n) => (
        <div key={n} className="b4a-gap">
          <TextField id={`extra-${n}-key`} label={t('extra.key')} isCode value={row.key} onChange={(key) => change(n, { key })} />
          <TextAreaField id={`extra-${n}-value`} label={t('extra.value')} rows={2} value={row.value} onChange={(value) => change(n, { value })} />
          <Button variant="link" isInline onClick={() => onChange(rows.filter((_, other) => other !== n))}>
            {t('extra.remove')}
          </Button>
        </div>
      ))}
      <Button className="b4a-gap" variant="secondary" size="sm" onClick={() => onChange([...rows, { key: '', value: '' }])}>
        {t('extra.add')}
      </Button>
    </ExpandableSection>
  );
}
