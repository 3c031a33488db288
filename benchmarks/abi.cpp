// What the C ABI costs beside the same work in C++, in one run: printed as ratios. Claims: at most
// 1.15 in batches and 1.5 singly; a score in full, with interval and confidences, in 3
// microseconds.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <span>
#include <vector>

#include "xqs.h"
#include "xqs/analysis/stored_release.hpp"
#include "xqs/xqs.hpp"

namespace {

constexpr std::size_t people = 1'000;
constexpr std::size_t items = 10;

xqs::definition_file ten_items() {
  xqs::definition_file file{.name = "bench", .version = "1"};
  for (std::size_t i = 0; i < items; ++i)
    file.items.push_back({.id = std::string(1, static_cast<char>('a' + i))});
  return file;
}

void require(xqs_status status) {
  if (status == XQS_OK) return;
  std::fprintf(stderr, "%s\n", xqs_status_name(status));
  std::exit(1);
}

/// Codes 1..5 by a small generator of its own.
struct rows {
  std::vector<std::uint64_t> offsets = {0};
  std::vector<std::uint32_t> item;
  std::vector<double> requirement;
  std::vector<double> satisfaction;

  rows() {
    std::uint32_t state = 20261124;
    const auto code = [&] {
      return static_cast<double>(1 + ((state = state * 1664525u + 1013904223u) >> 24) % 5);
    };
    for (std::size_t p = 0; p < people; ++p) {
      for (std::uint32_t i = 0; i < items; ++i) {
        item.push_back(i);
        requirement.push_back(code());
        satisfaction.push_back(code());
      }
      offsets.push_back(item.size());
    }
  }
  [[nodiscard]] xqs_answers view(std::size_t first, std::size_t count) const {
    xqs_answers a{};
    a.struct_size = sizeof a;
    a.unit_count = count;
    a.offsets = offsets.data() + first;
    a.items = item.data();
    a.requirement = requirement.data();
    a.satisfaction = satisfaction.data();
    return a;
  }
};

/// The same rows by the headers: items are columns in order.
void add_directly(xqs::tally& to, const xqs::definition& d, const rows& r, std::size_t first,
                  std::size_t count) {
  const bool pooled = to.columns().size() == 1;
  std::vector<xqs::tally::part> parts;
  for (std::size_t p = first; p < first + count; ++p) {
    parts.clear();
    for (std::uint64_t a = r.offsets[p]; a < r.offsets[p + 1]; ++a) {
      const auto points =
          d.points(xqs::decimal::from(r.requirement[a]), xqs::decimal::from(r.satisfaction[a]));
      const xqs::unit_totals totals(points);
      if (pooled && !parts.empty())
        xqs::add_totals(parts[0].totals, totals);
      else
        parts.push_back({pooled ? 0 : r.item[a], totals});
    }
    to.add_unit(parts);
  }
}

/// The least nanoseconds of many rounds of `repeat` calls.
double least(std::size_t repeat, const std::function<void()>& call) {
  using clock = std::chrono::steady_clock;
  double best = 1e300;
  for (int round = 0; round < 60; ++round) {
    const auto start = clock::now();
    for (std::size_t i = 0; i < repeat; ++i) call();
    const std::chrono::duration<double, std::nano> spent = clock::now() - start;
    best = std::min(best, spent.count() / static_cast<double>(repeat));
  }
  return best;
}

void show(const char* what, const char* columns, double directly, double by_abi) {
  std::printf("%-32s %-8s %10.0f ns %10.0f ns %8.2f\n", what, columns, directly, by_abi,
              by_abi / directly);
}

void measure(std::uint32_t columns, const char* name) {
  const xqs::definition d(ten_items());
  const std::string json = d.canonical_json();
  xqs_definition* handle = nullptr;
  require(xqs_definition_parse(json.data(), json.size(), &handle, nullptr));
  size_t size = 0;
  require(xqs_tally_size(handle, columns, &size, nullptr));
  const rows r;
  const xqs_answers all = r.view(0, people);
  const std::vector<std::string> labels =
      columns == XQS_POOLED ? std::vector<std::string>{""} : xqs::profile_labels(d);

  xqs::tally direct(xqs::state_identity(d), labels);
  std::vector<unsigned char> image(size);
  add_directly(direct, d, r, 0, people);
  require(xqs_tally_add_units(handle, image.data(), size, &all, nullptr));
  const xqs::tally one_direct = direct;
  const std::vector<unsigned char> one_image = image;

  std::size_t next = 0;
  show("one respondent, ten answers", name,
       least(1'000, [&] { add_directly(direct, d, r, next = (next + 1) % people, 1); }),
       least(1'000, [&] {
         const xqs_answers one = r.view(next = (next + 1) % people, 1);
         require(xqs_tally_add_units(handle, image.data(), size, &one, nullptr));
       }));
  show("batch of 1,000 respondents", name, least(2, [&] { add_directly(direct, d, r, 0, people); }),
       least(2, [&] { require(xqs_tally_add_units(handle, image.data(), size, &all, nullptr)); }));
  show("merge", name, least(2'000, [&] { direct.merge_disjoint(one_direct); }), least(2'000, [&] {
         require(xqs_tally_merge_disjoint(image.data(), size, one_image.data(), size, nullptr));
       }));
  double sum = 0;
  xqs_score score{};
  score.struct_size = sizeof score;
  double bands[4];
  show("score, interval, confidences", name,
       least(2'000,
             [&] {
               const auto released = xqs::release_stored({one_direct}, d);
               sum += *released.shown->value;
             }),
       least(2'000, [&] {
         require(
             xqs_tally_score(handle, one_image.data(), size, nullptr, &score, bands, 4, nullptr));
         sum += score.score;
       }));
  if (!(sum > 0)) std::exit(1);
  xqs_definition_destroy(handle);
}

}  // namespace

int main() {
  std::printf("%-32s %-8s %13s %13s %8s\n", "", "columns", "C++", "C ABI", "ratio");
  measure(XQS_POOLED, "pooled");
  measure(XQS_PROFILE, "profile");
}
