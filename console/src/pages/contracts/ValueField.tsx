// SPDX-License-Identifier: Apache-2.0

import { Button } from '@patternfly/react-core';
import { useTranslation } from 'react-i18next';

import { SelectField, TextAreaField, TextField } from '../../components/fields';
import { ServerText } from '../../components/ServerText';
import type { Field } from './describe';
import { complain, randomBase64 } from './values';

interface Props {
  id: string;
  field: Field;
  value: string;
  onChange: (value: string) => void;
  onBlur: () => void;
  /** Whether complaints are shown yet. */
  error: string | undefined;
}

/** What is wrong with a value, in words. */
export function useComplaint(): (field: Field, value: string) => string | undefined {
  const { t } = useTranslation();
  return (field, value) => {
    switch (complain(field, value)) {
      case undefined:
        return undefined;
      case 'required':
        return t('form.required');
      case 'number':
        return t('value.number');
      case 'integer':
        return t('value.integer');
      case 'json':
        return t('value.json');
      case 'short':
        return t('value.short', { min: field.minLength });
      case 'long':
        return t('value.long', { max: field.maxLength });
      case 'small':
        return t('value.small', { min: field.minimum });
      case 'large':
        return t('value.large', { max: field.maximum });
      case 'form':
        return t('value.form');
    }
  };
}

/** The right input for a value by its schema. */
export function ValueField({ id, field, value, onChange, onBlur, error }: Props) {
  const { t } = useTranslation();
  const common = {
    id,
    label: field.title,
    required: field.required,
    value,
    onChange,
    onBlur,
    error,
    help: field.description && <ServerText>{field.description}</ServerText>,
  };
  switch (field.kind) {
    case 'boolean':
      return (
        <SelectField
          {...common}
          options={[
            { value: 'true', label: t('value.true') },
            { value: 'false', label: t('value.false') },
          ]}
        />
      );
    case 'choice':
      return (
        <SelectField
          {...common}
          options={field.choices.map((c) => ({ value: c, label: c }))}
        />
      );
    case 'json':
      return <TextAreaField {...common} />;
    case 'date':
      return <TextField {...common} type="date" />;
    case 'integer':
    case 'number':
      return <TextField {...common} inputMode={field.kind === 'integer' ? 'numeric' : 'decimal'} />;
    case 'text':
      return (
        <TextField
          {...common}
          isCode={field.pattern !== undefined}
          action={
            field.bytes && (
              <Button variant="control" onClick={() => onChange(randomBase64(field))}>
                {t('value.random')}
              </Button>
            )
          }
        />
      );
  }
}
