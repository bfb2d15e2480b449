// @ts-check
/** The emoji people and incident bots really use, by Slack's names. Unknown names stay `:name:` on the page. */

const table =
  '+1 👍|thumbsup 👍|-1 👎|thumbsdown 👎|100 💯|airplane ✈️|alarm_clock ⏰|ambulance 🚑|anchor ⚓|angry 😠|arrow_down ⬇️|arrow_forward ▶️|' +
  'arrow_left ⬅️|arrow_right ➡️|arrow_up ⬆️|arrow_upper_right ↗️|arrow_lower_right ↘️|arrows_counterclockwise 🔄|balloon 🎈|bangbang ‼️|bar_chart 📊|bell 🔔|' +
  'no_bell 🔕|black_circle ⚫|black_large_square ⬛|black_square_button 🔲|blue_heart 💙|blush 😊|book 📖|bookmark 🔖|books 📚|boom 💥|bow 🙇|' +
  'broken_heart 💔|bug 🐛|building_construction 🏗️|bulb 💡|calendar 📆|spiral_calendar_pad 🗓️|date 📅|chart_with_downwards_trend 📉|' +
  'chart_with_upwards_trend 📈|checkered_flag 🏁|clap 👏|clipboard 📋|clock1 🕐|clock3 🕒|closed_lock_with_key 🔐|cloud ☁️|coffee ☕|cold_sweat 😰|' +
  'computer 💻|confetti_ball 🎊|confused 😕|construction 🚧|construction_worker 👷|cry 😢|crossed_fingers 🤞|crystal_ball 🔮|dart 🎯|database 🗄️|' +
  'file_cabinet 🗄️|disappointed 😞|dizzy_face 😵|dog 🐶|door 🚪|droplet 💧|electric_plug 🔌|email 📧|envelope ✉️|exclamation ❗|grey_exclamation ❕|' +
  'eyes 👀|eye 👁️|face_with_monocle 🧐|facepalm 🤦|face_palm 🤦|fast_forward ⏩|file_folder 📁|fire 🔥|fire_engine 🚒|fire_extinguisher 🧯|fireworks 🎆|' +
  'firefighter 🧑‍🚒|floppy_disk 💾|gear ⚙️|gift 🎁|globe_with_meridians 🌐|earth_africa 🌍|earth_americas 🌎|green_heart 💚|grimacing 😬|grin 😁|grinning 😀|' +
  'hammer 🔨|hammer_and_wrench 🛠️|hand ✋|raised_hand ✋|handshake 🤝|hash #️⃣|heart ❤️|heavy_check_mark ✔️|heavy_minus_sign ➖|heavy_multiplication_x ✖️|' +
  'heavy_plus_sign ➕|heavy_exclamation_mark ❗|helmet_with_white_cross ⛑️|hourglass ⌛|hourglass_flowing_sand ⏳|house 🏠|hugging_face 🤗|' +
  'inbox_tray 📥|outbox_tray 📤|information_source ℹ️|joy 😂|key 🔑|label 🏷️|large_blue_circle 🔵|blue_circle 🔵|large_green_circle 🟢|green_circle 🟢|' +
  'large_orange_circle 🟠|orange_circle 🟠|large_yellow_circle 🟡|yellow_circle 🟡|large_purple_circle 🟣|large_red_square 🟥|large_orange_square 🟧|' +
  'large_yellow_square 🟨|large_green_square 🟩|large_blue_square 🟦|large_purple_square 🟪|red_circle 🔴|white_circle ⚪|white_large_square ⬜|' +
  'white_square_button 🔳|white_medium_square ◻️|black_medium_square ◼️|ballot_box_with_check ☑️|ladder 🪜|laughing 😆|link 🔗|lock 🔒|loudspeaker 📢|' +
  'mag 🔍|mag_right 🔎|mega 📣|memo 📝|pencil 📝|pencil2 ✏️|microscope 🔬|money_with_wings 💸|monkey_face 🐵|muscle 💪|mute 🔇|neutral_face 😐|new 🆕|' +
  'no_entry ⛔|no_entry_sign 🚫|ok 🆗|ok_hand 👌|package 📦|page_facing_up 📄|page_with_curl 📃|pager 📟|paperclip 📎|party 🥳|partying_face 🥳|' +
  'pause_button ⏸️|double_vertical_bar ⏸️|phone ☎️|telephone_receiver 📞|point_down 👇|point_left 👈|point_right 👉|point_up 👆|police_car 🚓|pray 🙏|' +
  'pushpin 📌|round_pushpin 📍|question ❓|grey_question ❔|radio_button 🔘|rage 😡|rainbow 🌈|raised_hands 🙌|recycle ♻️|repeat 🔁|rewind ⏪|' +
  'black_left_pointing_double_triangle_with_vertical_bar ⏮️|leftwards_arrow_with_hook ↩️|arrow_right_hook ↪️|robot_face 🤖|robot 🤖|rocket 🚀|rotating_light 🚨|' +
  'runner 🏃|saluting_face 🫡|satellite_antenna 📡|scales ⚖️|scroll 📜|see_no_evil 🙈|seedling 🌱|shield 🛡️|ship 🚢|shrug 🤷|skull 💀|skull_and_crossbones ☠️|' +
  'sleeping 😴|slightly_smiling_face 🙂|slightly_frowning_face 🙁|smile 😄|smiley 😃|sob 😭|snail 🐌|snowflake ❄️|sos 🆘|sparkles ✨|speech_balloon 💬|star ⭐|' +
  'star2 🌟|stop_button ⏹️|black_square_for_stop ⏹️|stop_sign 🛑|octagonal_sign 🛑|stopwatch ⏱️|sunglasses 😎|sunny ☀️|sweat 😓|sweat_smile 😅|tada 🎉|' +
  'test_tube 🧪|thinking_face 🤔|thinking 🤔|thought_balloon 💭|timer_clock ⏲️|tired_face 😫|toolbox 🧰|traffic_light 🚦|vertical_traffic_light 🚦|trophy 🏆|' +
  'turtle 🐢|twisted_rightwards_arrows 🔀|umbrella ☂️|unlock 🔓|upside_down_face 🙃|v ✌️|warning ⚠️|wastebasket 🗑️|watch ⌚|wave 👋|white_check_mark ✅|' +
  'negative_squared_cross_mark ❎|wink 😉|worried 😟|wrench 🔧|x ❌|zap ⚡|zipper_mouth_face 🤐|one 1️⃣|two 2️⃣|three 3️⃣|four 4️⃣|five 5️⃣|' +
  'busts_in_silhouette 👥|bust_in_silhouette 👤|male-detective 🕵️|technologist 🧑‍💻|male-technologist 👨‍💻|female-technologist 👩‍💻|headphones 🎧|' +
  'ticket 🎫|newspaper 📰|small_red_triangle 🔺|small_red_triangle_down 🔻|small_blue_diamond 🔹|small_orange_diamond 🔸|white_small_square ▫️|black_small_square ▪️';

/** @type {Map<string, string>} */
const characters = new Map(
  table.split('|').map((entry) => {
    const space = entry.indexOf(' ');
    return [entry.slice(0, space), entry.slice(space + 1)];
  }),
);

/** @param {string} name @returns {string | undefined} */
export function emoji(name) {
  return characters.get(name.replace(/::skin-tone-\d$/, ''));
}

/** Names that begin with, then names that contain, what was typed. @param {string} typed @param {number} limit */
export function findEmoji(typed, limit) {
  const names = [...characters.keys()];
  const first = names.filter((name) => name.startsWith(typed));
  const then = names.filter((name) => !name.startsWith(typed) && name.includes(typed));
  return [...first, ...then].slice(0, limit).map((name) => ({ name, character: characters.get(name) ?? '' }));
}

/** The row offered first when reacting. */
export const frequent = [
  'white_check_mark',
  'eyes',
  'pushpin',
  'rotating_light',
  '+1',
  'raised_hands',
  'tada',
  'fire',
  'x',
  'pray',
  'heart',
  'joy',
];
