// SPDX-License-Identifier: Apache-2.0

import { isLanguage, languages } from '../app/i18n';
import { SelectField } from './fields';

interface Props {
  id: string;
  label: string;
  isDisabled?: boolean;
  value: string;
  onChange: (value: string) => void;
}

/** In which language somebody is written to. */
export function LanguageField({ onChange, ...field }: Props) {
  return (
    <SelectField
      {...field}
      required
      options={Object.entries(languages).map(([value, label]) => ({ value, label }))}
      onChange={(v) => {
        if (isLanguage(v)) onChange(v);
      }}
    />
  );
}
