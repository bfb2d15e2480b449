/** Block elements: buttons, menus, inputs. */
import { all, anything, byType, flag, items, number, oneOf, shape, shaped, words, type Rule } from './check.ts';
import { anyText, choiceOption, confirm, imageElement, menuOption, optionFields, optionsOrGroups, plain } from './objects.ts';

const id = words(255);
const date = shaped(/^\d{4}-\d\d-\d\d$/, 'date');
const time = shaped(/^\d\d:\d\d$/, 'time');
const common: Record<string, Rule> = { type: anything, action_id: id };
const focus: Record<string, Rule> = { focus_on_load: flag };
const menu: Record<string, Rule> = { ...common, ...focus, placeholder: plain(150), confirm };
const multi: Record<string, Rule> = { ...menu, max_selected_items: number(1, 100) };
const input: Record<string, Rule> = { ...common, ...focus, placeholder: plain(150), dispatch_action_config: anything };

const button: Rule = shape(
  { text: plain(75) },
  { ...common, url: words(3000), value: words(2000), style: oneOf('primary', 'danger'), confirm, accessibility_label: words(75) },
);

const choices: Rule = shape({ options: items(choiceOption, 10) }, { ...common, ...focus, initial_option: choiceOption, confirm });

const selects: Record<string, Rule> = {
  static_select: all(optionsOrGroups, shape({}, { ...menu, ...optionFields, initial_option: menuOption })),
  external_select: shape({}, { ...menu, initial_option: menuOption, min_query_length: number(0, 100) }),
  users_select: shape({}, { ...menu, initial_user: words(255) }),
  conversations_select: shape(
    {},
    { ...menu, initial_conversation: words(255), default_to_current_conversation: flag, response_url_enabled: flag, filter: anything },
  ),
  channels_select: shape({}, { ...menu, initial_channel: words(255), response_url_enabled: flag }),
  multi_static_select: all(optionsOrGroups, shape({}, { ...multi, ...optionFields, initial_options: items(menuOption, 100) })),
  multi_external_select: shape({}, { ...multi, initial_options: items(menuOption, 100), min_query_length: number(0, 100) }),
  multi_users_select: shape({}, { ...multi, initial_users: items(words(255), 100, 0) }),
  multi_conversations_select: shape(
    {},
    { ...multi, initial_conversations: items(words(255), 100, 0), default_to_current_conversation: flag, filter: anything },
  ),
  multi_channels_select: shape({}, { ...multi, initial_channels: items(words(255), 100, 0) }),
};

const pickers: Record<string, Rule> = {
  datepicker: shape({}, { ...common, ...focus, placeholder: plain(150), initial_date: date, confirm }),
  timepicker: shape({}, { ...common, ...focus, placeholder: plain(150), initial_time: time, timezone: words(100), confirm }),
  datetimepicker: shape({}, { ...common, ...focus, initial_date_time: number(1_000_000_000, 9_999_999_999), confirm }),
  radio_buttons: choices,
  checkboxes: shape({ options: items(choiceOption, 10) }, { ...common, ...focus, initial_options: items(choiceOption, 10), confirm }),
};

const overflow: Rule = shape({ options: items(menuOption, 5) }, { ...common, confirm });

const inputs: Record<string, Rule> = {
  plain_text_input: shape(
    {},
    { ...input, initial_value: words(3000, 0), multiline: flag, min_length: number(0, 3000), max_length: number(1, 3000) },
  ),
  email_text_input: shape({}, { ...input, initial_value: words(3000) }),
  url_text_input: shape({}, { ...input, initial_value: words(3000) }),
  number_input: shape({ is_decimal_allowed: flag }, { ...input, initial_value: words(100), min_value: words(100), max_value: words(100) }),
  rich_text_input: shape({}, { ...input, initial_value: anything }),
  file_input: shape({}, { ...common, filetypes: items(words(20), 100), max_files: number(1, 10) }),
};

/** What may stand in an actions block. */
export const actionElement: Rule = byType({
  button,
  overflow,
  workflow_button: anything,
  rich_text_input: anything,
  ...selects,
  ...pickers,
});

/** What may stand next to a section. */
export const accessory: Rule = byType({ button, overflow, image: imageElement, workflow_button: anything, ...selects, ...pickers });

/** What an input block may hold. */
export const inputElement: Rule = byType({ ...inputs, ...selects, ...pickers });

/** What a context block may hold. */
export const contextElement: Rule = byType({ image: imageElement, plain_text: anyText(3000), mrkdwn: anyText(3000) });

/** Buttons below an answer: thumbs and icons. */
export const contextAction: Rule = byType({
  feedback_buttons: shape({ positive_button: anything, negative_button: anything }, common),
  icon_button: shape(
    { icon: words(100), text: plain(75) },
    { ...common, value: words(2000), confirm, accessibility_label: words(75), visible_to_user_ids: anything },
  ),
});

/** Buttons on a card. */
export const cardAction: Rule = byType({ button });
