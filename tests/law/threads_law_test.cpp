#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "catch.hpp"
#include "engine/pushed_rows.hpp"
#include "engine/query_document.hpp"
#include "engine/score_question.hpp"
#include "law/folded_cells.hpp"
#include "law/random_answers.hpp"
#include "law/score_cells.hpp"
#include "law/stored_batch.hpp"
#include "xqs/detail/canonical_json.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/model/definition_json.hpp"
#include "xqs/score/score.hpp"
#include "xqs/tally/fold.hpp"
#include "xqs/tally/ledger.hpp"
#include "xqs/tally/ledger_encoding.hpp"
#include "xqs/tally/tally_encoding.hpp"

// With 1, 2, 3 and 8 threads, and rows in any order and any batches, some refused in between,
// ledger and tallies have the bytes of those that are added to answer by answer, and the scores are
// those of these tallies. A failing shape is repeated with XQS_LAW_SEED=<its seed> XQS_LAW_CASES=1
// and the name of its test, of a million rows XQS_LAW_LARGE_CASES=1.

using namespace xqs;

namespace {

using random_answers::setting;
using random_answers::source;

using whole = std::optional<std::int64_t>;
using grouping = std::vector<std::string>;

struct answer_row {
  whole respondent, group, wave, item, weight, requirement, satisfaction;
};

/// Rows as they are drawn: by person, people in runs, or as it happens.
enum class row_order { sorted, adjacent, random };

/// What is asked, and of what rows.
struct shape {
  std::size_t rows = 0;
  std::string unit;
  std::size_t people = 1, groups = 1, waves = 1;
  std::string estimator = {};
  std::vector<grouping> sets = {};
  row_order order = row_order::random;
  bool with_people = true;   ///< whether there is a column of them
  bool by_response = false;  ///< in wide form
  bool weighted = false, anonymous = false, has_nulls = false, long_names = false;
  bool stands = false;     ///< mostly keys are 32-bit numbers, and codes bytes, none null
  bool surprises = false;  ///< a few rows amid the others have large groups, or extra items
  std::size_t first_group = 0;
  std::int64_t id_step = 1;            ///< large: ids that are hashed
  std::size_t codes = 5, rare_in = 1;  ///< codes above 10 are rare, and one in so many

  /// Rows that stay together: the answers of a response, if these are rows.
  [[nodiscard]] std::size_t step() const { return by_response ? items : 1; }
  [[nodiscard]] bool keeps_ledger() const { return unit == "respondent"; }
  static constexpr std::size_t items = 3;
  static constexpr std::int64_t extra_item = 7;
};

/// Each contains the next, as the gate of an anonymous definition needs it.
const std::vector<std::vector<grouping>> groupings = {
    {{}},
    {{"group"}},
    {{"item", "group"}},
    {{"wave"}, {}},
    {{"group", "wave"}, {"wave"}, {}},
    {{"group", "wave", "item"}, {"wave", "group"}, {"group"}, {}}};

/// Of so many rows, or the next number that is whole responses.
shape random_shape(source& random, std::size_t rows, const std::string& unit) {
  shape s{.rows = rows, .unit = unit};
  s.by_response = random.once_in(4);
  s.rows += (s.step() - rows % s.step()) % s.step();
  s.people = 1 + random.below(random.once_in(3) ? rows : 1 + rows / 20);
  s.groups = 1 + random.below(random.once_in(4) ? 1 + rows / 100 : 40);
  s.waves = random.once_in(2) ? 1 : 1 + random.below(9);
  s.weighted = random.once_in(5);
  const std::vector<std::string> estimators = {"pooled", "item_mean", "respondent_mean"};
  s.estimator = estimators[random.once_in(2) ? 0 : random.below(s.weighted ? 2 : 3)];
  s.sets = groupings[random.below(groupings.size())];
  s.order = static_cast<row_order>(random.below(3));
  s.with_people = unit != "row" || random.once_in(2);
  s.anonymous = random.once_in(6);
  s.has_nulls = random.once_in(2);
  s.long_names = random.once_in(3);
  s.id_step = random.once_in(3) ? 1'000'003 : 1;
  s.codes = random.once_in(3) ? 30 : 5;
  s.rare_in = random.once_in(3) ? 1 : random.once_in(2) ? 50 : 20'000;
  return s;
}

/// Whose rows are added where they stand, up to codes that are rare and groups that are new.
shape random_standing_shape(source& random, std::size_t rows) {
  shape s = random_shape(random, rows, "row");
  s.rows = rows;
  s.estimator = "pooled";
  s.with_people = s.by_response = s.weighted = s.has_nulls = s.long_names = false;
  s.sets = groupings[std::vector<std::size_t>{1, 3, 4}[random.below(3)]];  // not by item
  if (s.rare_in == 1) s.rare_in = 5'000;
  s.first_group = random.below(20);
  s.stands = true;
  s.surprises = random.once_in(2);
  return s;
}

class random_rows {
 public:
  random_rows(const shape& s, source& random) : shape_(s), random_(random) {}

  std::vector<answer_row> all() {
    std::vector<answer_row> rows(shape_.rows);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const bool goes_on = i % shape_.step() != 0;
      rows[i] = goes_on ? rows[i - 1] : keys(i);
      const std::size_t item = shape_.by_response ? i : random_.below(shape::items);
      rows[i].item = static_cast<std::int64_t>(item % shape::items);
      rows[i].requirement = code();
      rows[i].satisfaction = code();
      if (shape_.surprises && i > rows.size() / 3 && random_.once_in(3'000)) surprise(rows, i);
    }
    return rows;
  }

 private:
  std::int64_t below(std::size_t n) { return static_cast<std::int64_t>(random_.below(n)); }
  bool is_null() { return shape_.has_nulls && random_.once_in(20); }

  /// People are mostly in a group of their own.
  answer_row keys(std::size_t row) {
    person_ = next_person(row);
    answer_row r;
    r.respondent = person_ * shape_.id_step;
    const auto own = person_ % static_cast<std::int64_t>(shape_.groups);
    r.group = random_.once_in(8) ? below(shape_.groups) : own;
    *r.group += static_cast<std::int64_t>(shape_.first_group);
    r.wave = 2 * below(shape_.waves);
    r.weight = below(4);
    if (is_null()) r.group.reset();
    if (is_null()) r.wave.reset();
    if (shape_.unit == "row" && is_null()) r.respondent.reset();  // others need one
    return r;
  }
  /// An extra item is of a cell that has rows of others.
  void surprise(std::vector<answer_row>& rows, std::size_t i) {
    constexpr std::array<std::int64_t, 3> large = {3'000, 2'147'483'647, -7};
    if (random_.once_in(2)) {
      rows[i].group = large[random_.below(large.size())];
    } else if (rows[i - 1].item != shape::extra_item) {
      rows[i] = rows[i - 1];
      rows[i].item = shape::extra_item;
    }
  }
  std::int64_t next_person(std::size_t row) {
    if (shape_.order == row_order::sorted)
      return static_cast<std::int64_t>(row * shape_.people / shape_.rows);
    const bool goes_on = shape_.order == row_order::adjacent && row > 0 && !random_.once_in(6);
    return goes_on ? person_ : below(shape_.people);
  }
  /// 0 does not apply, and of 1 nothing is required.
  whole code() {
    if (is_null()) return {};
    if (random_.once_in(20)) return 0;
    const bool is_rare = shape_.codes > 10 && random_.once_in(shape_.rare_in);
    return 1 + below(is_rare ? shape_.codes : (std::min)(shape_.codes, std::size_t{10}));
  }

  const shape& shape_;
  source& random_;
  std::int64_t person_ = 0;
};

/// The same rows in another order.
std::vector<answer_row> shuffled(const std::vector<answer_row>& from, std::size_t step,
                                 source& random) {
  std::vector<std::size_t> order;
  for (std::size_t first = 0; first < from.size(); first += step) order.push_back(first);
  random.shuffle(order);
  std::vector<answer_row> to;
  to.reserve(from.size());
  for (const std::size_t first : order)
    for (std::size_t i = first; i < first + step; ++i) to.push_back(from[i]);
  return to;
}

definition rules(const shape& s) {
  const std::string scale = R"({"rating": {"min": 1, "max": )" + std::to_string(s.codes) + "}}";
  return parse_definition(
      R"({"xqs": 1, "name": "law", "version": "1", "items": [{"id": "0"}, {"id": "1"}, {"id": "2"}],
          "extra_items": "allow", "confidentiality": ")" +
      std::string(s.anonymous ? "anonymous" : "identified") + R"(", "requirement": )" + scale +
      R"(, "satisfaction": )" + scale + R"(, "missing": {"0": "not_applicable"}, "estimator": ")" +
      s.estimator + R"(", "weight_places": )" + (s.weighted ? "1" : "0") + "}");
}

std::string in_json(const grouping& names) {
  return detail::json_list(names,
                           [](const std::string& name) { return detail::json_string(name); });
}

std::string question(const shape& s, std::size_t threads) {
  return R"({"question": "score", "unit": ")" + s.unit + R"(", "threads": )" +
         std::to_string(threads) + R"(, "sets": )" + detail::json_list(s.sets, in_json) + "}";
}

std::optional<std::string> group_text(const shape& s, const whole& group) {
  if (!group) return std::nullopt;
  return (s.long_names ? "region of the group no. " : "") + std::to_string(*group);
}

/// What a column of the ledger stands for: of the groups those that are asked for.
struct ledger_place {
  whole group, wave, item;
  friend auto operator<=>(const ledger_place&, const ledger_place&) = default;
};

/// Ledger and tallies, answer by answer.
class plain_states {
 public:
  plain_states(const definition& d, const shape& s, const std::vector<answer_row>& rows)
      : definition_(d), shape_(s), ledger_(d, s.unit) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (rows[i].item == shape::extra_item) continue;
      const std::string unit = std::to_string(s.unit == "row" ? static_cast<std::int64_t>(i)
                                                              : rows[i].respondent.value());
      ledger_.add(unit, label_of(rows[i]), points_of(rows[i]));
    }
  }

  [[nodiscard]] const ledger& all() const { return ledger_; }

  /// The tally of each cell of a grouping.
  [[nodiscard]] std::map<group_texts, tally> tallies(const grouping& by) const {
    std::map<group_texts, std::uint32_t> cells;
    std::vector<tally> tallies;
    std::vector<fold_target> plan;
    for (std::uint32_t c = 0; c < ledger_.column_count(); ++c) {
      const ledger_place& of = places_.at(std::string(ledger_.column(c)));
      const auto number = static_cast<std::uint32_t>(tallies.size());
      const auto [cell, is_new] = cells.emplace(texts_of(of, by), number);
      const std::vector<std::string> columns = columns_of(of, by);
      if (is_new) tallies.emplace_back(ledger_.identity(), columns);
      const bool by_item = columns.size() == shape::items;
      plan.push_back({cell->second, by_item ? static_cast<std::uint32_t>(*of.item) : 0});
    }
    fold(ledger_.entries(), plan, tallies);
    std::map<group_texts, tally> result;
    for (const auto& [texts, number] : cells) result.emplace(texts, std::move(tallies[number]));
    return result;
  }

 private:
  [[nodiscard]] bool asks(const std::string& name) const {
    return std::any_of(shape_.sets.begin(), shape_.sets.end(), [&](const grouping& by) {
      return std::find(by.begin(), by.end(), name) != by.end();
    });
  }
  /// Of the item alone, or of an object of groups and item.
  const std::string& label_of(const answer_row& r) {
    const ledger_place at{asks("group") ? r.group : whole(), asks("wave") ? r.wave : whole(),
                          r.item};
    const auto [known, is_new] = labels_.try_emplace(at);
    if (!is_new) return known->second;
    detail::json_members members;
    for (const std::string name : {"group", "wave", "item"})
      if (const auto text = text_of(at, name); asks(name) || name == "item")
        members[name] = text ? detail::json_string(*text) : "null";
    known->second = members.size() == 1 ? *text_of(at, "item") : detail::json_object(members);
    places_.emplace(known->second, at);
    return known->second;
  }
  [[nodiscard]] answer_points points_of(const answer_row& r) const {
    const auto code = [](const whole& of) {
      return of ? std::optional(decimal(*of)) : std::nullopt;
    };
    const answer_points once = definition_.points(code(r.requirement), code(r.satisfaction));
    return shape_.weighted ? weighted(once, 10 * r.weight.value()) : once;
  }
  [[nodiscard]] std::optional<std::string> text_of(const ledger_place& at,
                                                   const std::string& name) const {
    if (name == "group") return group_text(shape_, at.group);
    const whole& value = name == "wave" ? at.wave : at.item;
    return value ? std::optional(std::to_string(*value)) : std::nullopt;
  }
  [[nodiscard]] group_texts texts_of(const ledger_place& at, const grouping& by) const {
    group_texts texts;
    for (const std::string& name : by) texts.push_back(text_of(at, name).value_or("-"));
    return texts;
  }
  /// Of a tally: the items, where the estimator needs them apart.
  [[nodiscard]] std::vector<std::string> columns_of(const ledger_place& at,
                                                    const grouping& by) const {
    if (shape_.estimator != "item_mean") return {""};
    if (std::find(by.begin(), by.end(), "item") == by.end()) return profile_labels(definition_);
    return {std::to_string(at.item.value())};
  }

  const definition& definition_;
  const shape& shape_;
  ledger ledger_;
  std::map<ledger_place, std::string> labels_;
  std::map<std::string, ledger_place> places_;
};

/// Rows in columns, each in any form that can hold it.
stored_batch batch_of(const shape& s, std::span<const answer_row> rows, source& random) {
  using enum form;
  const std::vector<form> texts = {text, dictionary},
                          small_keys = {text, dictionary, integers, integers_32};
  const std::vector<form> keys = {text, dictionary, integers},
                          numbers = {text, dictionary, integers, doubles};
  stored_batch b(rows.size() / s.step());
  const auto add = [&](const std::string& name, const std::vector<form>& forms,
                       whole answer_row::*member, std::size_t position = 0) {
    b.add(name, forms[random.below(forms.size())],
          [&](std::size_t row) { return rows[row * s.step() + position].*member; });
  };
  if (s.stands && !random.once_in(6)) {
    add("group", {integers_32}, &answer_row::group);
    add("wave", {integers_32}, &answer_row::wave);
    add("item", small_keys, &answer_row::item);
    add("requirement", {integers}, &answer_row::requirement);
    add("satisfaction", {integers}, &answer_row::satisfaction);
    return b;
  }
  if (s.with_people) add("respondent", s.id_step == 1 ? small_keys : keys, &answer_row::respondent);
  if (s.long_names)
    b.add("group", texts[random.below(texts.size())],
          [&](std::size_t row) { return group_text(s, rows[row * s.step()].group); });
  else
    add("group", small_keys, &answer_row::group);
  add("wave", small_keys, &answer_row::wave);
  if (s.weighted) add("weight", numbers, &answer_row::weight);
  if (!s.by_response) add("item", small_keys, &answer_row::item);
  for (std::size_t item = 0; item < s.step(); ++item) {
    const std::string of = s.by_response ? "." + std::to_string(item) : "";
    add("requirement" + of, numbers, &answer_row::requirement, item);
    add("satisfaction" + of, numbers, &answer_row::satisfaction, item);
  }
  return b;
}

struct outcome {
  std::optional<ledger> kept;
  std::vector<std::map<group_texts, tally>> tallies;  ///< by set
  table scores;
};

/// A batch with a code that is off the scale, or without an item, which leaves nothing behind.
void push_refused(engine::pushed_rows& to, const shape& s, std::span<const answer_row> rows,
                  source& random) {
  std::vector<answer_row> wrong(rows.begin(), rows.end());
  answer_row& one = wrong[random.below(wrong.size())];
  if (s.by_response || random.once_in(2))
    one.satisfaction = 99;
  else
    one.item.reset();
  CHECK_THROWS_AS((void)to.push_feedback(batch_of(s, wrong, random).view()), error);
}

void push(engine::pushed_rows& to, const shape& s, std::span<const answer_row> rows,
          source& random) {
  while (!rows.empty()) {
    const std::size_t most = random.once_in(4) ? 5'000 : rows.size();
    const std::size_t some =
        (1 + random.below((std::min)(most, rows.size()) / s.step())) * s.step();
    if (random.once_in(4)) push_refused(to, s, rows.first(some), random);
    (void)to.push_feedback(batch_of(s, rows.first(some), random).view());
    rows = rows.subspan(some);
  }
}

outcome ask(const definition& d, const shape& s, std::span<const answer_row> rows,
            std::size_t threads, bool keeps, source& random) {
  const engine::query_document request = engine::parse_query(question(s, threads));
  engine::pushed_rows pushed(d, request);
  if (keeps) pushed.keep_ledger();
  push(pushed, s, rows, random);
  outcome found;
  if (keeps) found.kept = pushed.saved_ledger();
  pushed.settle();
  const engine::pushed_rows::variant& only = pushed.variants().front();
  for (const engine::cell_set& set : only.sets)
    found.tallies.push_back(folded_cells(only.rows, set));
  found.scores =
      engine::score_table(only.rules, only.rows, request, only.sets, pushed.lanes()).result;
  return found;
}

/// What is expected: bytes, and the tallies that have them.
struct plain_tally {
  tally state;
  std::vector<std::uint8_t> bytes;
};
using plain_tallies = std::map<group_texts, plain_tally>;

struct expectation {
  expectation(const definition& d, const shape& s, const std::vector<answer_row>& rows) {
    const plain_states plain(d, s, rows);
    if (s.keeps_ledger()) ledger_bytes = encode(plain.all());
    for (const grouping& by : s.sets) {
      tallies.emplace_back();
      for (auto& [texts, state] : plain.tallies(by))
        tallies.back().emplace(texts, plain_tally{state, encode(state)});
    }
  }
  std::vector<std::uint8_t> ledger_bytes;
  std::vector<plain_tallies> tallies;  ///< by set
};

/// The bytes of a tally of the engine: of pooled scores it leaves out quotients, which no such
/// score is made of.
std::vector<std::uint8_t> bytes_of(const tally& found, const tally& expected, const shape& s) {
  if (s.estimator != "pooled") return encode(found);
  tally::integers all = found.all();
  all.quotients = expected.quotients();
  return encode(tally(found.identity(), all));
}

std::size_t wrong_tallies(const std::map<group_texts, tally>& found, const plain_tallies& expected,
                          const shape& s) {
  return static_cast<std::size_t>(
      std::count_if(expected.begin(), expected.end(), [&](const auto& cell) {
        const auto at = found.find(cell.first);
        return at == found.end() || bytes_of(at->second, cell.second.state, s) != cell.second.bytes;
      }));
}

/// Rows that have other scores than the tallies of their groups.
std::size_t wrong_scores(const table& scores, const std::vector<plain_tallies>& tallies,
                         const shape& s, const definition& d) {
  std::size_t first = 0;
  while (scores.columns[first].name != "score") ++first;
  const auto begin = static_cast<std::ptrdiff_t>(first);
  return static_cast<std::size_t>(
      std::count_if(scores.rows.begin(), scores.rows.end(), [&](const std::vector<cell>& row) {
        const auto set =
            s.sets.size() == 1 ? 0 : static_cast<std::size_t>(std::get<std::int64_t>(row[0]));
        group_texts texts;
        for (const std::string& name : s.sets[set])
          for (std::size_t c = 0; c < first; ++c)
            if (scores.columns[c].name == name)
              texts.push_back(row[c] == cell() ? "-" : std::get<std::string>(row[c]));
        const score expected = score_of(tallies[set].at(texts).state, d);
        return std::vector<cell>(row.begin() + begin, row.begin() + begin + 14) !=
               score_cells(expected, row[first + 5], d);
      }));
}

void check(const shape& s, source& random) {
  const definition d = rules(s);
  const std::vector<answer_row> drawn = random_rows(s, random).all();
  const std::vector<answer_row> mixed = shuffled(drawn, s.step(), random);
  const expectation expected(d, s, drawn);
  std::optional<table> scores;
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    const std::size_t keeping = random.below(2);
    for (std::size_t round = 0; round < 2; ++round) {
      const bool keeps = s.keeps_ledger() && round == keeping;
      CAPTURE(threads, round, keeps);
      const outcome found = ask(d, s, round == 0 ? drawn : mixed, threads, keeps, random);
      if (keeps) CHECK((encode(*found.kept) == expected.ledger_bytes));
      for (std::size_t set = 0; set < s.sets.size(); ++set) {
        CAPTURE(set);
        CHECK(found.tallies[set].size() == expected.tallies[set].size());
        CHECK(wrong_tallies(found.tallies[set], expected.tallies[set], s) == 0);
      }
      if (!scores) scores = found.scores;
      CHECK((found.scores.rows == scores->rows));
    }
  }
  if (s.anonymous) return;  // some are hidden
  std::size_t groups = 0;
  for (const plain_tallies& of : expected.tallies) groups += of.size();
  CHECK(scores->rows.size() == groups);
  CHECK(wrong_scores(*scores, expected.tallies, s, d) == 0);
}

}  // namespace

TEST_CASE("threads: any number of them, any order and any batches give the plain bytes", "[law]") {
  const std::uint64_t first = setting("XQS_LAW_SEED", 20260601);
  const std::uint64_t cases = setting("XQS_LAW_CASES", 60);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    CAPTURE(seed);
    source random(seed);
    const std::size_t rows = 1 + random.below(random.once_in(2) ? 60'000 : 2'000);
    check(random_shape(random, rows, random.once_in(2) ? "row" : "respondent"), random);
  }
}

TEST_CASE("threads: rows that are added where they stand give the plain bytes", "[law]") {
  const std::uint64_t first = setting("XQS_LAW_SEED", 4107);
  const std::uint64_t cases = setting("XQS_LAW_CASES", 30);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    CAPTURE(seed);
    source random(seed);
    const std::size_t rows = 1 + random.below(60'000);
    check(random_standing_shape(random, rows), random);
  }
}

namespace {

/// Ten blocks of rows, as they can be added where they stand.
struct standing_columns {
  static constexpr std::size_t block = 4'096;

  explicit standing_columns(std::int8_t code) : codes(rows, code) {
    for (std::size_t row = 0; row < rows; ++row) {
      group.push_back(static_cast<std::int32_t>(row % 16));
      offsets.push_back(static_cast<std::int64_t>(row));
    }
    offsets.push_back(static_cast<std::int64_t>(rows));
  }
  [[nodiscard]] batch view() const {
    text_values item{offsets.data(), items.data()};
    item.unchecked = true;
    return {{{.name = "group", .values = static_cast<const std::int32_t*>(group.data())},
             {.name = "item", .values = item},
             {.name = "requirement", .values = static_cast<const std::int8_t*>(codes.data())},
             {.name = "satisfaction", .values = static_cast<const std::int8_t*>(codes.data())}},
            rows};
  }

  static constexpr std::size_t rows = 10 * block;
  std::vector<std::int32_t> group;
  std::string items = std::string(rows, '0');
  std::vector<std::int64_t> offsets;
  std::vector<std::int8_t> codes;
};

}  // namespace

TEST_CASE("threads: what is refused while others learn takes back what stood", "[law]") {
  const shape s{.unit = "row", .estimator = "pooled", .sets = {{"group"}}};
  standing_columns wrong(5);
  wrong.items[3 * standing_columns::block + 5] = '\xff';  // no UTF-8, and learned before:
  wrong.group[5 * standing_columns::block + 300] = 20;    // a new group, behind rows that stood
  for (const std::size_t threads : {1u, 2u, 3u, 8u}) {
    CAPTURE(threads);
    query asked(rules(s), question(s, threads));
    query plain(rules(s), question(s, 1));
    for (const std::int8_t code : {std::int8_t{2}, std::int8_t{4}, std::int8_t{3}}) {
      (void)plain.push_feedback(standing_columns(code).view());
      (void)asked.push_feedback(standing_columns(code).view());
      CHECK_THROWS_AS((void)asked.push_feedback(wrong.view()), error);
    }
    const table found = asked.finish();
    CHECK(found.rows.size() == 16);
    CHECK((found.rows == plain.finish().rows));
  }
}

TEST_CASE("threads: they do so with a million rows", "[law]") {
  const std::uint64_t first = setting("XQS_LAW_SEED", 20304371);
  const std::uint64_t cases = setting("XQS_LAW_LARGE_CASES", 2);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) {
    CAPTURE(seed);
    source random(seed);
    check(random_shape(random, 1'000'000, seed % 2 == 0 ? "respondent" : "row"), random);
  }
}
