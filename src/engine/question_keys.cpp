#include "engine/question_keys.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace xqs::engine {
namespace {

using json::node;

/// Choices differ in estimator, cap and zero rule; whatever else varies would blur them.
void read_choices(const node& n, query_document& request) {
  if (const auto found = n.find("choices")) request.choices = found->boolean();
  if (!request.choices) return;
  if (request.estimator || request.interval)
    n.at("choices").fail("shows every estimator with its own interval; name none");
  if (request.top || request.bottom) n.at("choices").fail("has no top or bottom");
  if (request.sets.size() > 1) n.at("choices").fail("is for one set");
}

/// Keys of single questions, refused elsewhere: they would change nothing.
struct own_key {
  std::string_view key;
  std::vector<question> of;
};
const std::vector<own_key>& own_keys() {
  using enum question;
  static const std::vector<own_key> keys = {
      {"top", {score, rank}},
      {"bottom", {score, rank}},
      {"choices", {score}},
      {"interval", {score, rank, drivers, timeline}},
      {"level", {score, compare, rank, drivers, timeline}},
      {"population", {score, compare, rank, drivers, explain}},
      {"contact", {timeline}},
      {"period", {compare, explain}},
      {"before", {compare, explain}},
      {"after", {compare, explain}},
      {"against", {compare, watch}},
      {"margin", {compare}},
      {"design", {compare}},
      {"cut", {drivers}},
      {"family", {rank}},
      {"adjustment", {rank}},
      {"standardise", {rank}},
      {"good", {watch}},
      {"bad", {watch}},
      {"max_answers", {watch}},
      {"alpha", {rank, watch}}};
  return keys;
}

void require_own_keys(const node& n, const query_document& request) {
  for (const own_key& own : own_keys()) {
    const auto found = n.find(std::string(own.key));
    if (!found || std::find(own.of.begin(), own.of.end(), request.question) != own.of.end())
      continue;
    std::string names;
    for (const question q : own.of)
      names += (names.empty() ? "\"" : " or \"") + std::string(name_of(q)) + "\"";
    found->fail("is for the question " + names);
  }
  if (request.question != question::score && request.sets.size() > 1)
    n.at("sets").fail("of several groupings are for the question \"score\"; ask for each");
}

std::string read_name(const node& n) {
  if (n.text().empty()) n.fail("must not be empty");
  return n.text();
}

/// The group that others are compared with.
void read_against(const node& n, query_document& request) {
  const auto found = n.find("against");
  if (!found) return;
  request.against = read_name(*found);
  if (request.sets.front().size() != 1 || !request.period.empty())
    found->fail("is a group of one column, \"by\", without \"period\"");
}

/// Two sides to compare: periods, or groups.
void read_sides(const node& n, query_document& request) {
  if (const auto found = n.find("period")) request.period = read_name(*found);
  if (const auto found = n.find("before")) request.before = read_name(*found);
  if (const auto found = n.find("after")) request.after = read_name(*found);
  read_against(n, request);
  if (const auto found = n.find("design")) request.design = found->choice<design>();
  if (const auto found = n.find("margin")) {
    request.margin = found->decimal();
    if (*request.margin <= decimal()) found->fail("must be above 0, in points of per cent");
  }
  const std::vector<std::string>& by = request.sets.front();
  if (request.before.empty() != request.after.empty())
    n.fail("needs both \"before\" and \"after\", or neither");
  if (!request.before.empty() && request.period.empty())
    n.at("before").fail("is a value of \"period\", which is missing");
  if (!request.before.empty() && request.before == request.after)
    n.at("after").fail("is the same as \"before\"");
  const bool by_column = std::holds_alternative<std::string>(request.population);
  if (by_column && request.question == question::explain)
    n.at("population").fail("of an explanation is a number, the units that either period is of");
  if (by_column && request.question == question::compare && request.period.empty() &&
      request.against.empty())
    n.at("population").fail("of a column is of each group, and the rest of the groups is none");
  if (request.question == question::explain && request.period.empty())
    n.fail("needs \"period\", whose values are before and after");
  if (request.question == question::compare && request.period.empty() && by.empty())
    n.fail("needs \"period\" or groups (\"by\") to compare");
  if (std::find(by.begin(), by.end(), request.period) != by.end())
    n.at("period").fail("is a column of \"by\" as well");
}

/// Contributions are to sums, whatever the estimator of the definition is.
void read_pooled(const node& n, query_document& request) {
  if (request.estimator && *request.estimator != estimator::pooled)
    n.at("estimator")
        .fail(
            "of a timeline, drivers or an explanation is pooled: their parts are "
            "contributions to sums");
  request.estimator = estimator::pooled;
}

void read_timeline(const node& n, query_document& request) {
  request.contact = read_name(n.at("contact"));
  read_pooled(n, request);
}

/// Groups that are ranked, all together.
void read_rank(const node& n, query_document& request) {
  if (request.sets.front().empty()) n.fail("needs groups (\"by\") to rank");
  if (const auto found = n.find("family")) request.family = found->choice<rank_family>();
  if (const auto found = n.find("adjustment"))
    request.adjustment = found->choice<rank_adjustment>();
  const auto found = n.find("standardise");
  if (!found) return;
  request.standardise = read_name(*found);
  const std::vector<std::string>& by = request.sets.front();
  if (std::find(by.begin(), by.end(), request.standardise) != by.end())
    found->fail("is a column of \"by\" as well");
  if (request.interval == interval_method::fieller)
    n.at("interval").fail("of standardised scores is delta: they are no single ratio");
  request.interval = interval_method::delta;
}

/// What is watched for: thresholds, or another group.
void read_watch(const node& n, query_document& request) {
  if (const auto found = n.find("good")) request.good = found->decimal();
  if (const auto found = n.find("bad")) request.bad = found->decimal();
  read_against(n, request);
  if (!n.find("max_answers"))
    n.fail("needs \"max_answers\": how many answers a unit (respondent) can give at most");
  request.max_answers = static_cast<std::uint32_t>(n.at("max_answers").integer(1, 1'000'000));
  const bool thresholds = request.good || request.bad;
  if (thresholds && !request.against.empty())
    n.at("against").fail("takes the place of \"good\" and \"bad\"");
  if (!thresholds && request.against.empty())
    n.fail("needs \"good\" or \"bad\", in per cent, or \"against\", another group");
  if (request.good && request.bad && *request.bad > *request.good)
    n.at("bad").fail("must not be above \"good\"");
}

/// Compared are groups, or periods of groups; and the whole decides what they may show, where a
/// comparison tells of it: as the rest of a group, or by its units.
std::vector<std::vector<std::string>> compared_groupings(const query_document& request) {
  std::vector<std::string> by = request.sets.front();
  if (!request.period.empty()) by.push_back(request.period);
  const bool with_rest = request.period.empty() && request.against.empty();
  if (with_rest || request.design == design::request) return {by, {}};
  return {by};
}

/// So many rows of each set.
void read_limits(const node& n, query_document& request) {
  const auto count = [&](const char* key) -> std::optional<std::uint64_t> {
    const auto found = n.find(key);
    if (!found) return std::nullopt;
    return static_cast<std::uint64_t>(found->integer(1, 999'999'999));
  };
  request.top = count("top");
  request.bottom = count("bottom");
  if (request.top && request.bottom) n.fail("has both \"top\" and \"bottom\"; ask twice");
}

void read_alpha(const node& n, query_document& request) {
  const auto found = n.find("alpha");
  if (!found) return;
  request.alpha = found->decimal();
  if (request.alpha <= decimal() || request.alpha >= decimal(1))
    found->fail("must be above 0 and below 1, for instance 0.05");
}

}  // namespace

void read_question_keys(const node& n, query_document& request) {
  require_own_keys(n, request);
  read_limits(n, request);
  read_alpha(n, request);
  switch (request.question) {
    case question::score:
      return read_choices(n, request);
    case question::compare:
      return read_sides(n, request);
    case question::explain:
      read_sides(n, request);
      return read_pooled(n, request);
    case question::drivers:
      if (const auto found = n.find("cut")) request.cut = found->choice<cut_off>();
      return read_pooled(n, request);
    case question::rank:
      return read_rank(n, request);
    case question::watch:
      return read_watch(n, request);
    case question::timeline:
      return read_timeline(n, request);
  }
}

bool has_key(question q, std::string_view key) {
  for (const own_key& own : own_keys())
    if (own.key == key) return std::find(own.of.begin(), own.of.end(), q) != own.of.end();
  return true;
}

std::vector<std::vector<std::string>> groupings_of(const query_document& request) {
  std::vector<std::string> by = request.sets.front();
  switch (request.question) {
    case question::score:
      break;
    case question::compare:
      return compared_groupings(request);
    case question::drivers:
      by.push_back("feedback.item");
      return {by};
    case question::explain:
      by.push_back(request.period);
      if (by.size() > 1) return {by, {request.period}};
      return {by};
    case question::rank:
      if (request.standardise.empty()) return {by};
      by.push_back(request.standardise);
      return {request.sets.front(), by};
    case question::watch:
      return {by};
    case question::timeline:
      return {by.empty() ? std::vector<std::string>{"touchpoint"} : by};
  }
  return request.sets;
}

}  // namespace xqs::engine
