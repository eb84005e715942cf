// SPDX-License-Identifier: Apache-2.0

import {
  Checkbox,
  FormGroup,
  FormHelperText,
  FormSelect,
  FormSelectOption,
  HelperText,
  HelperTextItem,
  Radio,
  TextArea,
  TextInput,
} from '@patternfly/react-core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

interface Base {
  id: string;
  label: string;
  /** How to fill it. */
  help?: ReactNode;
  /** What is wrong with it. */
  error?: string;
  required?: boolean;
  onBlur?: () => void;
}

interface ValueProps extends Base {
  value: string;
  onChange: (value: string) => void;
}

function Help({ id, help, error }: Pick<Base, 'id' | 'help' | 'error'>) {
  if (!help && !error) return null;
  return (
    <FormHelperText>
      <HelperText id={`${id}-help`} aria-live="polite">
        {error && <HelperTextItem variant="error">{error}</HelperTextItem>}
        {help && <HelperTextItem>{help}</HelperTextItem>}
      </HelperText>
    </FormHelperText>
  );
}

const described = ({ id, help, error }: Base) => (help || error ? `${id}-help` : undefined);

interface TextProps extends ValueProps {
  type?: 'text' | 'date' | 'password' | 'email' | 'tel';
  inputMode?: 'text' | 'numeric' | 'decimal';
  /** Identifiers are not words: no capitals, corrections or suggestions. */
  isCode?: boolean;
  /** What browsers and password managers may fill in; nothing unless it is named. */
  autoComplete?: string;
  isReadOnly?: boolean;
  action?: ReactNode;
}

export function TextField(props: TextProps) {
  const { id, label, required, value, onChange, onBlur, error, type = 'text', inputMode, isCode, autoComplete = 'off', isReadOnly, action } = props;
  const input = (
    <TextInput
      id={id}
      type={type}
      value={value}
      isRequired={required}
      onChange={(_, v) => onChange(v)}
      onBlur={onBlur}
      validated={error ? 'error' : 'default'}
      aria-describedby={described(props)}
      inputMode={inputMode}
      autoComplete={autoComplete}
      readOnlyVariant={isReadOnly ? 'default' : undefined}
      {...(isCode ? { autoCapitalize: 'none', autoCorrect: 'off', spellCheck: false } : {})}
    />
  );
  return (
    <FormGroup label={label} fieldId={id} isRequired={required}>
      {action ? (
        <div className="b4a-with-action">
          {input}
          {action}
        </div>
      ) : (
        input
      )}
      <Help {...props} />
    </FormGroup>
  );
}

interface TextAreaProps extends ValueProps {
  rows?: number;
  /** Words, not code. */
  isProse?: boolean;
}

export function TextAreaField(props: TextAreaProps) {
  const { id, label, required, value, onChange, onBlur, error, rows = 5, isProse = false } = props;
  return (
    <FormGroup label={label} fieldId={id} isRequired={required}>
      <TextArea
        id={id}
        className={isProse ? undefined : 'b4a-code-input'}
        value={value}
        isRequired={required}
        rows={rows}
        resizeOrientation="vertical"
        onChange={(_, v) => onChange(v)}
        onBlur={onBlur}
        validated={error ? 'error' : 'default'}
        aria-describedby={described(props)}
        spellCheck={isProse}
      />
      <Help {...props} />
    </FormGroup>
  );
}

interface Option {
  readonly value: string;
  readonly label: string;
}

interface SelectProps extends ValueProps {
  options: readonly Option[];
  /** Stands there until something is chosen: nothing is preselected. */
  placeholder?: string;
  isDisabled?: boolean;
}

export function SelectField(props: SelectProps) {
  const { id, label, required, value, onChange, onBlur, error, options, placeholder, isDisabled } = props;
  const { t } = useTranslation();
  return (
    <FormGroup label={label} fieldId={id} isRequired={required}>
      <FormSelect
        id={id}
        value={value}
        isRequired={required}
        isDisabled={isDisabled}
        onChange={(_, v) => onChange(v)}
        onBlur={onBlur}
        validated={error ? 'error' : 'default'}
        aria-describedby={described(props)}
      >
        <FormSelectOption value="" label={placeholder ?? t('form.choosePlaceholder')} isPlaceholder />
        {options.map((o) => (
          <FormSelectOption key={o.value} value={o.value} label={o.label} />
        ))}
      </FormSelect>
      <Help {...props} />
    </FormGroup>
  );
}

interface ChoicesProps extends Base {
  options: readonly (Option & { readonly description?: string })[];
  value: readonly string[];
  onChange: (value: readonly string[]) => void;
}

/** Several of several. */
export function ChoicesField({ id, label, required, options, value: chosen, onChange, help, error }: ChoicesProps) {
  const toggle = (value: string, on: boolean) => onChange(on ? [...chosen, value] : chosen.filter((v) => v !== value));
  return (
    <FormGroup label={label} role="group" fieldId={id} isRequired={required} isStack>
      {options.map((o, n) => (
        <Checkbox
          key={o.value}
          id={n === 0 ? id : `${id}-${o.value}`}
          label={o.label}
          description={o.description}
          isChecked={chosen.includes(o.value)}
          onChange={(_, on) => toggle(o.value, on)}
        />
      ))}
      <Help id={id} help={help} error={error} />
    </FormGroup>
  );
}

interface ChoiceProps extends ValueProps {
  options: readonly (Option & { readonly description?: string })[];
}

/** One of a few, each with its description in sight. */
export function ChoiceField({ id, label, required, options, value, onChange, help, error }: ChoiceProps) {
  return (
    <FormGroup label={label} role="radiogroup" fieldId={id} isRequired={required} isStack>
      {options.map((o, n) => (
        <Radio
          key={o.value}
          id={n === 0 ? id : `${id}-${o.value}`}
          name={id}
          label={o.label}
          description={o.description}
          isChecked={value === o.value}
          onChange={() => onChange(o.value)}
        />
      ))}
      <Help id={id} help={help} error={error} />
    </FormGroup>
  );
}

interface CheckProps extends Omit<Base, 'label'> {
  label: ReactNode;
  value: boolean;
  onChange: (value: boolean) => void;
}

/** Yes or no. */
export function CheckField({ id, label, required, value, onChange, help, error }: CheckProps) {
  return (
    <FormGroup>
      <Checkbox
        id={id}
        label={label}
        isRequired={required}
        isChecked={value}
        onChange={(_, on) => onChange(on)}
        aria-describedby={help || error ? `${id}-help` : undefined}
      />
      <Help id={id} help={help} error={error} />
    </FormGroup>
  );
}
