#include "engine/group_order.hpp"

#include <algorithm>
#include <boost/sort/spreadsort/integer_sort.hpp>
#include <numeric>
#include <string_view>

namespace xqs::engine {
namespace {

/// A value of a key column, comparable by its first bytes. The rest decides rarely.
struct sort_key {
  bool is_text;          ///< and not an item of the definition, which comes before
  std::uint64_t prefix;  ///< the first eight bytes, as a number, or the position of the item
  std::uint32_t number;
};

std::uint64_t prefix_of(std::string_view text) {
  std::uint64_t prefix = 0;
  const std::size_t size = (std::min)(text.size(), sizeof prefix);
  for (std::size_t i = 0; i < size; ++i)
    prefix |= std::uint64_t{static_cast<unsigned char>(text[i])} << (56 - 8 * i);
  return prefix;
}

/// Calls `visit(number)` for the numbers below `count` in the order of their texts: 0, 1, 10, 100,
/// 101 and so on, a walk through their digits.
template <typename Visit>
void for_each_by_text(std::uint64_t count, Visit visit) {
  if (count == 0) return;
  visit(std::uint32_t{0});
  std::uint64_t number = 1;
  for (std::uint64_t visited = 1; visited < count; ++visited) {
    visit(static_cast<std::uint32_t>(number));
    if (number * 10 < count) {
      number *= 10;
      continue;
    }
    while (number % 10 == 9 || number + 1 >= count) number /= 10;
    ++number;
  }
}

/// Which place the values of a column take among those that there are; null takes the last.
class value_ranks {
 public:
  value_ranks(const input& rows, const std::string& name, std::span<const std::uint32_t> groups,
              std::size_t column, std::size_t columns)
      : key_(rows.key(name)), rank_of_(key_.size(), 0) {
    for (std::size_t at = column; at < groups.size(); at += columns)
      if (groups[at] != key_column::null) rank_of_[groups[at]] = 1;
    const bool is_item = rows.same_column(name, "feedback.item");
    if (!is_item && key_.are_own_numbers())
      for_each_by_text(rank_of_.size(), [this](std::uint32_t number) {
        if (rank_of_[number] != 0) rank_of_[number] = count_++;
      });
    else
      sort(rows, is_item);
  }

  [[nodiscard]] std::uint32_t operator()(std::uint32_t number) const {
    return number == key_column::null ? count_ : rank_of_[number];
  }
  /// One more than the last.
  [[nodiscard]] std::size_t size() const { return std::size_t{count_} + 1; }

 private:
  [[nodiscard]] sort_key key_of(const input& rows, std::uint32_t number, bool is_item) const {
    if (is_item)
      if (const auto position = rows.item(number)) return {false, *position, number};
    return {true, prefix_of(key_.text(number)), number};
  }

  void sort(const input& rows, bool is_item) {
    std::vector<sort_key> keys;
    for (std::uint32_t number = 0; number < rank_of_.size(); ++number)
      if (rank_of_[number] != 0) keys.push_back(key_of(rows, number, is_item));
    const auto by_prefix = [](const sort_key& a, const sort_key& b) { return a.prefix < b.prefix; };
    const auto by_text = [this](const sort_key& a, const sort_key& b) {
      return key_.text(a.number) < key_.text(b.number);
    };
    const auto first_text =
        std::partition(keys.begin(), keys.end(), [](const sort_key& key) { return !key.is_text; });
    std::sort(keys.begin(), first_text, by_prefix);
    boost::sort::spreadsort::integer_sort(
        first_text, keys.end(),
        [](const sort_key& key, unsigned shift) { return key.prefix >> shift; }, by_prefix);
    for (auto first = first_text, last = first; first != keys.end(); first = last) {
      last = std::find_if(first, keys.end(),
                          [&](const sort_key& key) { return key.prefix != first->prefix; });
      if (last - first > 1) std::sort(first, last, by_text);
    }
    for (const sort_key& key : keys) rank_of_[key.number] = count_++;
  }

  const key_column& key_;
  std::vector<std::uint32_t> rank_of_;  // by number
  std::uint32_t count_ = 0;             // of values that there are
};

}  // namespace

std::vector<std::uint32_t> group_order(const input& rows, const std::vector<std::string>& by,
                                       std::span<const std::uint32_t> groups, std::size_t count) {
  std::vector<std::uint32_t> order(count);
  std::iota(order.begin(), order.end(), std::uint32_t{0});
  std::vector<std::uint32_t> sorted(count);
  for (std::size_t column = by.size(); column-- > 0;) {  // the last first, each leaving ties as is
    const value_ranks rank(rows, by[column], groups, column, by.size());
    const auto rank_of = [&](std::uint32_t at) { return rank(groups[at * by.size() + column]); };
    if (by.size() == 1) {  // each value is a group: its rank is its place
      for (std::uint32_t at = 0; at < count; ++at) order[rank_of(at)] = at;
      return order;
    }
    std::vector<std::uint32_t> next(rank.size() + 1);
    for (std::uint32_t at = 0; at < count; ++at) ++next[rank_of(at) + 1];
    std::partial_sum(next.begin(), next.end(), next.begin());
    for (const std::uint32_t at : order) sorted[next[rank_of(at)]++] = at;
    order.swap(sorted);
  }
  return order;
}

}  // namespace xqs::engine
