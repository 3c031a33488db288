#include "engine/group_numbers.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
#include "engine/crew.hpp"
#include "xqs/engine/column.hpp"

using namespace xqs;
using engine::group_numbers;
using engine::key_column;

namespace {

using value = std::optional<std::int32_t>;

/// Key columns of integers, whose groups are numbered batch by batch.
class grouped {
 public:
  explicit grouped(std::size_t columns,
                   const engine::key_values::gaps& gaps = {4, 1u << 18u, 1u << 18u},
                   group_numbers::gap gap = group_numbers::gap::dear) {
    std::vector<const key_column*> keys;
    for (std::size_t i = 0; i < columns; ++i) {
      keys_.push_back(std::make_unique<key_column>("key"));
      keys_.back()->allow(gaps);
      keys.push_back(keys_.back().get());
    }
    groups_.bind(keys, gap);
  }

  /// Numbers the groups of some rows, as one thread does or, where all is known, as several do.
  void push(const std::vector<std::vector<value>>& columns, bool look_up = false) {
    const std::size_t rows = columns.empty() ? 3 : columns[0].size();
    std::vector<std::vector<std::int32_t>> integers;
    std::vector<std::vector<std::uint8_t>> valid;
    std::vector<column> views;
    for (const std::vector<value>& of : columns) {
      integers.emplace_back();
      valid.emplace_back();
      bool any_null = false;
      for (const value& v : of) {
        integers.back().push_back(v.value_or(0));
        valid.back().push_back(v ? 1 : 0);
        any_null = any_null || !v;
      }
      views.push_back({"key", integer_values(integers.back().data()),
                       any_null ? valid.back().data() : nullptr});
    }
    for (std::size_t i = 0; i < keys_.size(); ++i) keys_[i]->begin(views[i], rows);
    groups_.begin(rows);
    engine::crew lanes(look_up ? 2 : 1);
    engine::for_blocks(
        lanes, rows,
        [&](std::size_t, engine::row_range block) {
          bool known = look_up;
          for (const auto& key : keys_) known = known && key->look_up(block);
          return known && groups_.look_up(block);
        },
        [&](engine::row_range block) {
          for (const auto& key : keys_) key->learn(block);
          groups_.learn(block);
        });
    for (const auto& key : keys_) key->end();
    of_rows_.assign(groups_.of_rows().begin(), groups_.of_rows().end());
    for (std::size_t row = 0; row < rows; ++row) check(row, columns);
  }

  [[nodiscard]] group_numbers& numbers() { return groups_; }
  [[nodiscard]] std::size_t distinct() const { return number_of_.size(); }
  /// Of the rows that were pushed last.
  [[nodiscard]] const std::vector<std::uint32_t>& of_rows() const { return of_rows_; }

 private:
  /// Equal values have equal numbers, in all batches, others have others, and a number leads back
  /// to the values.
  void check(std::size_t row, const std::vector<std::vector<value>>& columns) {
    const std::uint32_t number = groups_.of_rows()[row];
    std::vector<value> values;
    for (const std::vector<value>& of : columns) values.push_back(of[row]);
    CHECK(number < groups_.size());
    CHECK(number_of_.emplace(values, number).first->second == number);
    CHECK(values_of_.emplace(number, values).first->second == values);
    std::vector<std::uint32_t> keys(keys_.size());
    groups_.values_of(number, keys.data());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      CHECK(keys[i] == (*keys_[i])[row]);
      CHECK((keys[i] == key_column::null) == !values[i]);
      if (values[i]) CHECK(keys_[i]->text(keys[i]) == std::to_string(*values[i]));
    }
    CHECK(groups_.intern(keys) == number);
  }

  std::vector<std::unique_ptr<key_column>> keys_;
  group_numbers groups_;
  std::vector<std::uint32_t> of_rows_;
  std::map<std::vector<value>, std::uint32_t> number_of_;
  std::map<std::uint32_t, std::vector<value>> values_of_;
};

}  // namespace

TEST_CASE("group numbers: without columns there is one group") {
  grouped none(0);
  none.push({});
  CHECK(none.numbers().size() == 1);
  CHECK(none.of_rows() == std::vector<std::uint32_t>{0, 0, 0});
}

TEST_CASE("group numbers: groups of one column have the numbers of its values") {
  grouped one(1);
  one.push({{3, 0, 3, 1}});
  CHECK(one.of_rows() == std::vector<std::uint32_t>{3, 0, 3, 1});
  one.push({{1, 3, 0, 0}}, true);
  CHECK(one.of_rows() == std::vector<std::uint32_t>{1, 3, 0, 0});
}

TEST_CASE("group numbers: null is a group, and those before keep their numbers") {
  for (const bool look_up : {false, true}) {
    CAPTURE(look_up);
    grouped one(1);
    one.push({{3, 0, 3, 1}});
    one.push({{1, {}, 7, 3}}, look_up);
    one.push({{{}, 7, 9, 2}}, look_up);
    one.push({{9, 3, 0, {}}}, look_up);
    CHECK(one.distinct() == 7);
  }
}

TEST_CASE("group numbers: ids with many gaps are numbered closely") {
  grouped people(1, {64, 1u << 22u, 1u << 31u});
  std::vector<value> ids;
  for (std::int32_t i = 0; i < 5'000; ++i) ids.emplace_back(60 * i);
  people.push({ids});
  CHECK(people.numbers().size() == 5'000);
  people.push({{4'000'000, 0, 60}});
  CHECK(people.numbers().size() == 5'001);
}

TEST_CASE("group numbers: ids with many gaps are numbers where gaps are cheap, until one is null") {
  grouped forms(1, {64, 1u << 22u, 1u << 31u}, group_numbers::gap::cheap);
  std::vector<value> ids;
  for (std::int32_t id = 0; id < 6'000; ++id) ids.emplace_back(60 * id);
  forms.push({ids});
  CHECK(forms.of_rows().back() == 60 * 5'999);
  CHECK(forms.numbers().size() > 60 * 5'999);
  forms.push({{60, std::nullopt, 7, 60 * 5'999}});
  CHECK(forms.of_rows()[0] == 60);
  CHECK(forms.of_rows()[3] == 60 * 5'999);
  CHECK(forms.distinct() == 6'002);
}

TEST_CASE("group numbers: few gaps first, then many") {
  grouped people(1, {64, 1u << 22u, 1u << 31u});
  people.push({{3, 0, 2}});
  CHECK(people.of_rows() == std::vector<std::uint32_t>{3, 0, 2});
  people.push({std::vector<value>(4'000, 200'000)});
  CHECK(people.numbers().size() == 5);  // those up to 3, and one more
  people.push({{2, 200'000, 1}});
}

TEST_CASE("group numbers: groups of two columns have the numbers of places") {
  const bool look_up = GENERATE(false, true);
  grouped two(2);
  two.push({{3, 0, 3, 1}, {1, 2, 0, 0}}, look_up);  // values of the second column are below 4
  CHECK(two.of_rows() == std::vector<std::uint32_t>{13, 2, 12, 4});
  CHECK(two.numbers().size() == 16);
  two.push({{5, 0}, {3, 2}}, look_up);
  CHECK(two.of_rows() == std::vector<std::uint32_t>{23, 2});
  SECTION("until the second has a larger value") { two.push({{5, 9, 3}, {3, 4, 1}}, look_up); }
  SECTION("until the second is null") { two.push({{5, 9, 3}, {3, {}, 1}}, look_up); }
  SECTION("until the first is null") { two.push({{5, {}, 3}, {3, 1, 1}}, look_up); }
  SECTION("until there are too many") { two.push({{5, 2'000, 3}, {3, 1, 1}}, look_up); }
  CHECK(two.of_rows().front() == 23);
  CHECK(two.of_rows().back() == 13);
  CHECK(two.numbers().size() > 16);
  CHECK(two.distinct() == 6);
  two.push({{3, 0, 3, 1, 5}, {1, 2, 0, 0, 3}}, look_up);
  CHECK(two.of_rows() == std::vector<std::uint32_t>{13, 2, 12, 4, 23});
}

TEST_CASE("group numbers: null is none of the places that no pair has") {
  const bool look_up = GENERATE(false, true);
  grouped two(2);
  two.push({{0, 1, 2, 3}, {0, 2, 0, 2}}, look_up);  // 3 has a place
  two.push({{}, {}}, look_up);                      // and an empty batch ends nothing
  two.push({{4}, {1}}, look_up);
  CHECK(two.of_rows() == std::vector<std::uint32_t>{17});
  CHECK(two.numbers().size() == 20);
  std::vector<value> a, b;
  for (std::int32_t row = 0; row < 64; ++row) {
    a.emplace_back(row % 4);
    b.push_back(row % 8 < 4 ? value() : value(row % 2 * 2));
  }
  two.push({a, b}, look_up);
  b.back() = 3;
  two.push({a, b}, look_up);
  CHECK(two.distinct() == 4 + 1 + 4 + 1);
}

TEST_CASE("group numbers: places are few beside the rows") {
  std::vector<value> stores, regions;
  for (std::int32_t row = 0; row < 20'000; ++row) {
    stores.emplace_back(row % 1'000);
    regions.emplace_back(row % 1'000 / 5);
  }
  grouped nested(2);
  nested.push({stores, regions});
  CHECK(nested.numbers().size() == 1'000);
}

TEST_CASE("group numbers: places end in the middle of a batch") {
  const bool look_up = GENERATE(false, true);
  const std::size_t columns = GENERATE(2u, 3u);
  const std::size_t odd = GENERATE(0u, 1u);  // the column that ends them
  CAPTURE(look_up, columns, odd);
  constexpr std::size_t rows = 4 * engine::block_rows;
  std::vector<std::vector<value>> values(columns);
  for (auto& of : values)
    for (std::size_t row = 0; row < rows; ++row)
      of.emplace_back(static_cast<std::int32_t>(row * row % 7 % 4));
  grouped some(columns);
  some.push(values, look_up);
  CHECK(some.numbers().size() <= 4u * 4u * (columns == 3 ? 4u : 1u));
  std::vector<std::vector<value>> more = values;
  more[odd][2 * engine::block_rows] = 100'000;
  some.push(more, look_up);
  some.push(values, look_up);
}

TEST_CASE("group numbers: any columns, nulls and large numbers among them") {
  std::mt19937 random(9);
  for (const std::size_t columns : {1u, 2u, 3u}) {
    CAPTURE(columns);
    grouped some(columns);
    for (std::uint32_t batch = 1; batch < 12; ++batch) {
      std::vector<std::vector<value>> values(columns);
      for (auto& of : values)
        for (int row = 0; row < 200; ++row) {
          const auto number = static_cast<std::int32_t>(random() % (8u * batch));
          const bool is_null = batch > 3 && random() % 40 == 0;
          const bool is_large = batch > 6 && random() % 40 == 0;
          of.push_back(is_null    ? value()
                       : is_large ? value(std::numeric_limits<std::int32_t>::min() + number)
                                  : value(number));
        }
      some.push(values, batch % 2 == 0);
    }
  }
}
