#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "catch.hpp"
#include "law/stored_batch.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/error.hpp"
#include "xqs/model/definition_json.hpp"

// Whatever is asked, with any number of threads, in any batches and whatever form columns have from
// batch to batch, the answer and the rows that are left out are those of one thread and one batch;
// and batches that were refused in between leave nothing behind.

using namespace xqs;

namespace {

using value = std::optional<std::string>;

struct named_values {
  std::string name;
  std::vector<value> values;
  std::vector<form> forms;  ///< that can hold them
};

struct request {
  std::string definition, question;
  std::vector<named_values> touchpoints, feedback;
};

const std::vector<form> text_forms = {form::text, form::dictionary};
const std::vector<form> key_forms = {form::integers, form::integers_32, form::text,
                                     form::dictionary};
const std::vector<form> large_forms = {form::integers, form::text, form::dictionary};
const std::vector<form> code_forms = {form::integers, form::text, form::dictionary, form::doubles};

class random_requests {
 public:
  explicit random_requests(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return random_() % n; }
  bool one_in(std::size_t n) { return below(n) == 0; }

  request next() {
    rows_ = 1 + below(one_in(3) ? 20'000 : 500);
    const bool weighted = one_in(5);
    const bool wide = one_in(6);
    const bool joined = one_in(3);
    request r;
    r.definition = definition(weighted);
    if (!one_in(4)) r.feedback.push_back(keys("respondent", 1 + rows_ / 4));
    r.feedback.push_back(keys("response", 1 + rows_ / 2));
    r.feedback.push_back(keys("g", 1 + below(9)));
    r.feedback.push_back(keys("h", 1 + below(300)));
    if (joined) add_touchpoints(r);
    for (const char* item : {"a", "b", "3"})
      if (wide) add_codes(r, std::string(".") + item);
    if (!wide) add_codes(r, "");
    const auto item = [this] {
      return value(std::vector<std::string>{"a", "b", "3", "x"}[item_()]);
    };
    if (!wide) r.feedback.push_back(column("item", text_forms, item));
    const auto weight = [this] {
      return value(std::vector<std::string>{"0", "1", "2.5"}[below(3)]);
    };
    if (weighted) r.feedback.push_back(column("weight", {form::text, form::doubles}, weight));
    r.question = question(joined);
    return r;
  }

 private:
  named_values column(const std::string& name, const std::vector<form>& forms,
                      const std::function<value()>& make) {
    named_values c{name, {}, forms};
    for (std::size_t row = 0; row < rows_; ++row) c.values.push_back(make());
    return c;
  }
  /// Dense, sparse, negative, around a power of two or dense but for a few, some of them null, some
  /// in runs.
  named_values keys(const std::string& name, std::size_t count) {
    const std::size_t kind = below(5);
    const std::int64_t step = kind == 1 ? 1'000'003 : 1;
    const std::int64_t first = kind == 2 ? -3 : kind == 3 ? (std::int64_t{1} << 18) - 4 : 0;
    const bool has_nulls = one_in(4);
    const std::size_t run = 1 + (one_in(2) ? below(9) : 0);
    value last;
    return column(name, kind == 1 ? large_forms : key_forms, [=, this]() mutable -> value {
      if (last && !one_in(run)) return last;
      if (has_nulls && one_in(20)) return {};
      if (kind == 4 && one_in(3'000)) return last = one_in(2) ? "-1" : "2147483647";
      return last = std::to_string(first + static_cast<std::int64_t>(below(count)) * step);
    });
  }
  void add_codes(request& r, const std::string& suffix) {
    const bool some_bad = one_in(3);
    const auto code = [this, some_bad]() -> value {
      if (one_in(30)) return {};
      return std::to_string(some_bad && one_in(200) ? 77 : 1 + below(most_code_));
    };
    r.feedback.push_back(column("requirement" + suffix, code_forms, code));
    r.feedback.push_back(column("satisfaction" + suffix, code_forms, code));
  }
  void add_touchpoints(request& r) {
    const std::size_t count = 1 + below(200);
    named_values ids{"touchpoint", {}, key_forms};
    named_values channel{"channel", {}, text_forms};
    for (std::size_t i = 0; i < count; ++i) {
      ids.values.push_back(std::to_string(7 * i));
      channel.values.push_back(std::vector<std::string>{"visit", "call", "mail"}[below(3)]);
    }
    r.touchpoints = {ids, channel};
    if (one_in(2)) r.touchpoints.push_back(named_values{"action", actions_of(count), key_forms});
    if (one_in(2)) r.touchpoints.push_back(named_values{"status", statuses_of(count), text_forms});
    r.feedback.push_back(column("touchpoint", key_forms, [this, count]() -> value {
      if (one_in(20)) return {};
      return std::to_string(one_in(300) ? 1 : 7 * below(count));
    }));
  }
  /// Shared by some touchpoints; others have one of their own.
  std::vector<value> actions_of(std::size_t count) {
    std::vector<value> all;
    for (std::size_t i = 0; i < count; ++i)
      all.push_back(one_in(3) ? value() : std::to_string(below(1 + count / 3)));
    return all;
  }
  std::vector<value> statuses_of(std::size_t count) {
    std::vector<value> all;
    for (std::size_t i = 0; i < count; ++i)
      all.push_back(std::vector<std::string>{"planned", "cancelled", "realised"}[below(3)]);
    return all;
  }
  std::string definition(bool weighted) {
    most_code_ = one_in(3) ? 30 : 5;
    most_item_ = one_in(3) ? 4 : 3;
    const std::string scale =
        R"({"rating": {"min": 1, "max": )" + std::to_string(most_code_) + "}}";
    const char* const estimators[] = {"pooled", "item_mean", "respondent_mean"};
    return R"({"xqs": 1, "name": "law", "version": "1", "requirement": )" + scale +
           R"(, "satisfaction": )" + scale +
           R"(, "items": [{"id": "a"}, {"id": "b"}, {"id": "3"}], "extra_items": "allow",
               "confidentiality": ")" +
           (one_in(4) ? "anonymous" : "identified") + R"(", "estimator": ")" +
           estimators[below(weighted ? 2 : 3)] + "\"" +
           (weighted ? R"(, "weight_places": 2)" : "") + "}";
  }
  std::string question(bool joined) {
    const std::vector<std::string> groups = {
        R"("sets": [["g", "h"], ["g"], ["h"], []])",
        R"("by": ["h"])",
        R"("by": ["item", "g"])",
        R"("by": [], "choices": true)",
        R"("by": ["g"], "top": 3)",
        joined ? R"("by": ["channel"])" : R"("by": ["g", "item"])"};
    const char* const units[] = {"respondent", "row", "row", "response", "h"};
    const std::string of_groups = R"("question": "score", )" + groups[below(groups.size())];
    const std::string all = one_in(5) ? R"("question": "compare", "by": ["g"])" : of_groups;
    return "{" + all + R"(, "on_error": "skip", "unit": ")" + units[below(5)] + "\"" +
           (one_in(3) ? R"(, "where": [["g", "!=", "1"]])" : "") +
           (one_in(4) ? R"(, "check_duplicates": true)" : "");
  }
  std::size_t item_() { return below(most_item_) == 3 && !one_in(9) ? 0 : below(most_item_); }

  std::mt19937 random_;
  std::size_t rows_ = 0, most_code_ = 5, most_item_ = 3;
};

struct reply {
  std::string refusal;
  std::vector<std::pair<std::size_t, std::string>> rejects;
  std::vector<std::string> notes;
  cell_rows rows;
};

class asking {
 public:
  asking(const request& r, unsigned seed) : request_(r), random_(seed) {}

  reply in_one() { return ask(1, false); }
  reply in_parts(std::size_t threads) { return ask(threads, true); }
  /// Before each batch one of the same codes, but the one in a late row that is off the scale, and
  /// partly of other keys.
  reply in_parts_after_refused(std::size_t threads) {
    spoils_ = true;
    const reply found = ask(threads, true);
    spoils_ = false;
    return found;
  }

 private:
  reply ask(std::size_t threads, bool in_parts) {
    in_parts_ = in_parts;
    reply found;
    const definition d = parse_definition(request_.definition);
    query q(d, request_.question + R"(, "threads": )" + std::to_string(threads) + "}");
    try {
      push(request_.touchpoints,
           [&](const stored_batch& b, std::size_t) { q.push_touchpoints(b.view()); });
      push(request_.feedback, [&](const stored_batch& b, std::size_t first) {
        if (spoils_) CHECK_THROWS_AS(q.push_feedback(spoiled(first, b.view().rows).view()), error);
        for (const rejected_row& r : q.push_feedback(b.view()))
          found.rejects.emplace_back(first + r.row, r.reason + ": " + r.message);
      });
      const table t = q.finish();
      found.notes = t.notes;
      found.rows = t.rows;
    } catch (const error& problem) {
      found.refusal = problem.what();
    }
    return found;
  }

  template <typename Push>
  void push(const std::vector<named_values>& columns, Push push_batch) {
    const std::size_t rows = columns.empty() ? 0 : columns.front().values.size();
    for (std::size_t first = 0; first < rows;) {
      const std::size_t count = in_parts_ ? 1 + random_() % (rows - first) : rows;
      stored_batch b(count);
      for (const named_values& c : columns)
        b.add(c.name, c.forms[in_parts_ ? random_() % c.forms.size() : 0],
              [&](std::size_t row) { return c.values[first + row]; });
      push_batch(b, first);
      first += count;
    }
  }

  stored_batch spoiled(std::size_t first, std::size_t count) {
    stored_batch b(count);
    const std::size_t bad = count - 1 - random_() % (std::min)(count, std::size_t{50});
    for (const named_values& c : request_.feedback) {
      const bool is_code = c.name.rfind("requirement", 0) == 0;
      const bool is_other = (c.name == "g" || c.name == "respondent") && random_() % 3 == 0;
      b.add(c.name, c.forms[random_() % c.forms.size()], [&](std::size_t row) {
        const value& original = c.values[first + row];
        if (is_code && row == bad) return value("77");
        return is_other && original ? value(*original + "7") : original;
      });
    }
    return b;
  }

  const request& request_;
  std::mt19937 random_;
  bool in_parts_ = false;
  bool spoils_ = false;
};

}  // namespace

TEST_CASE("requests: threads, batches and forms of columns change no answer", "[law]") {
  std::size_t answered = 0;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    const request r = random_requests(seed).next();
    CAPTURE(seed, r.definition, r.question);
    asking asked(r, seed);
    const reply expected = asked.in_one();
    if (expected.refusal.empty()) ++answered;
    for (const std::size_t threads : {2u, 3u, 8u}) {
      CAPTURE(threads);
      const reply found = asked.in_parts(threads);
      CHECK(found.refusal.empty() == expected.refusal.empty());
      if (!expected.refusal.empty()) continue;
      CHECK(found.rejects == expected.rejects);
      CHECK(found.notes == expected.notes);
      CHECK(found.rows == expected.rows);
    }
  }
  CHECK(answered > 100);
}

TEST_CASE("requests: what was refused leaves nothing behind", "[law]") {
  std::size_t answered = 0;
  for (unsigned seed = 1; seed <= 150; ++seed) {
    request r = random_requests(seed).next();
    r.question.replace(r.question.find(R"("skip")"), 6, R"("reject")");
    for (named_values& c : r.feedback)
      std::replace(c.values.begin(), c.values.end(), value("77"), value("1"));
    CAPTURE(seed, r.definition, r.question);
    asking asked(r, seed);
    const reply expected = asked.in_one();
    if (!expected.refusal.empty()) continue;
    ++answered;
    for (const std::size_t threads : {1u, 2u, 3u}) {
      CAPTURE(threads);
      const reply found = asked.in_parts_after_refused(threads);
      CHECK(found.refusal.empty());
      CHECK(found.notes == expected.notes);
      CHECK(found.rows == expected.rows);
    }
  }
  CHECK(answered > 60);
}

TEST_CASE("requests: a refused first batch of other columns leaves nothing behind", "[law]") {
  // Of an anonymous definition, whose cells are shown if there are enough people, of whom nothing
  // tells that there is more than one.
  const definition d = parse_definition(
      R"({"xqs": 1, "name": "law", "version": "1", "items": [{"id": "a"}], "estimator": "item_mean",
          "confidentiality": "anonymous", "requirement": {"rating": {"min": 1, "max": 5}},
          "satisfaction": {"rating": {"min": 1, "max": 5}}})");
  constexpr std::size_t rows = 30;
  const auto answers = [](stored_batch& to, const char* code) {
    to.add("item", form::text, [](std::size_t) { return value("a"); });
    to.add("requirement", form::integers, [](std::size_t) { return value("4"); });
    to.add("satisfaction", form::integers,
           [&](std::size_t row) { return value(row + 1 == rows ? code : "3"); });
  };
  stored_batch people(rows), nobody(rows);
  for (const char* name : {"respondent", "response"})
    people.add(name, form::integers, [](std::size_t row) { return value(std::to_string(row)); });
  answers(people, "77");
  answers(nobody, "3");
  const std::string asked =
      R"({"question": "score", "unit": "row", "check_duplicates": true, "by": []})";
  query fresh(d, asked), after(d, asked);
  CHECK_THROWS_AS(after.push_feedback(people.view()), error);
  (void)fresh.push_feedback(nobody.view());
  (void)after.push_feedback(nobody.view());
  CHECK(after.finish().rows == fresh.finish().rows);
}

TEST_CASE("requests: blocks that were added before a late row refuses the batch", "[law]") {
  const definition d = parse_definition(
      R"({"xqs": 1, "name": "law", "version": "1", "items": [{"id": "a"}],
          "confidentiality": "identified", "requirement": {"rating": {"min": 1, "max": 5}},
          "satisfaction": {"rating": {"min": 1, "max": 5}}})");
  constexpr std::size_t rows = 40'000;
  const auto of = [&](std::size_t shift, const char* last) {
    stored_batch b(rows);
    b.add("respondent", form::integers_32,
          [&](std::size_t row) { return value(std::to_string((row + shift) * 7 % 5'000)); });
    b.add("g", form::integers_32,
          [&](std::size_t row) { return value(std::to_string((row * 31 + shift) % 100)); });
    b.add("item", form::text, [](std::size_t) { return value("a"); });
    b.add("requirement", form::integers,
          [](std::size_t row) { return value(std::to_string(1 + row % 5)); });
    b.add("satisfaction", form::integers, [&](std::size_t row) {
      return value(row + 1 == rows ? last : std::to_string(1 + row % 4));
    });
    return b;
  };
  const stored_batch good = of(0, "4"), bad = of(3, "77");
  for (const char* unit : {"row", "respondent"})
    for (const char* groups :
         {R"("by": ["g"])", R"("sets": [["g"], []])", R"("by": [], "choices": true)"})
      for (const char* threads : {"1", "2", "3"}) {
        CAPTURE(unit, groups, threads);
        const std::string asked = std::string(R"({"question": "score", "unit": ")") + unit +
                                  R"(", )" + groups + R"(, "threads": )" + threads + "}";
        query once(d, asked), again(d, asked);
        (void)once.push_feedback(good.view());
        (void)once.push_feedback(good.view());
        CHECK_THROWS_AS(again.push_feedback(bad.view()), error);
        (void)again.push_feedback(good.view());
        CHECK_THROWS_AS(again.push_feedback(bad.view()), error);
        CHECK_THROWS_AS(again.push_feedback(bad.view()), error);
        (void)again.push_feedback(good.view());
        CHECK(again.finish().rows == once.finish().rows);
      }
}

TEST_CASE("requests: a refused batch is no matter for what choices hide", "[law]") {
  const definition d = parse_definition(
      R"({"xqs": 1, "name": "law", "version": "1", "items": [{"id": "1"}],
          "confidentiality": "anonymous", "minimum_respondents": 5,
          "requirement": {"rating": {"min": 0, "max": 5}},
          "satisfaction": {"rating": {"min": 0, "max": 5}}})");
  constexpr std::size_t people = 20;
  // So many of a group need nothing, so that choices of what becomes of them differ by their
  // answers.
  const auto batch_of = [](const char* group, std::size_t zeros, const char* last) {
    stored_batch b(people);
    b.add("respondent", form::text,
          [&](std::size_t row) { return value(group + std::to_string(row)); });
    b.add("g", form::text, [&](std::size_t) { return value(group); });
    b.add("item", form::text, [](std::size_t) { return value("1"); });
    b.add("requirement", form::integers,
          [&](std::size_t row) { return value(row < zeros ? "0" : "5"); });
    b.add("satisfaction", form::integers, [&](std::size_t row) {
      return value(row + 1 == people ? last : std::to_string(1 + row % 4));
    });
    return b;
  };
  const char* asked = R"({"question": "score", "by": ["g"], "choices": true})";
  query once(d, asked), again(d, asked);
  (void)once.push_feedback(batch_of("a", 0, "4").view());
  (void)once.push_feedback(batch_of("c", 2, "4").view());
  (void)again.push_feedback(batch_of("a", 0, "4").view());
  CHECK_THROWS_AS(again.push_feedback(batch_of("b", 0, "77").view()), error);
  (void)again.push_feedback(batch_of("c", 2, "4").view());
  const table expected = once.finish(), found = again.finish();
  CHECK(found.rows == expected.rows);
  CHECK(found.notes == expected.notes);
  REQUIRE_FALSE(expected.notes.empty());
  CHECK(expected.notes.front().find("hidden cells: ") == 0);
}

TEST_CASE("requests: answers to other items are left out of large batches as of small ones",
          "[law]") {
  const definition d = parse_definition(
      R"({"xqs": 1, "name": "law", "version": "1", "items": [{"id": "1"}], "extra_items": "allow",
          "confidentiality": "identified", "requirement": {"rating": {"min": 1, "max": 5}},
          "satisfaction": {"rating": {"min": 1, "max": 5}}})");
  constexpr std::size_t rows = 20'000;
  const auto batch_of = [](std::size_t first, std::size_t count, form item) {
    stored_batch b(count);
    const auto number = [&](std::size_t step, std::size_t below) {
      return [=](std::size_t row) { return value(std::to_string((first + row) * step % below)); };
    };
    b.add("respondent", form::integers_32, number(7, 5'000));
    b.add("g", form::integers_32, number(31, 100));
    b.add("item", item,
          [&](std::size_t row) { return value((first + row) % 10 == 0 ? "2" : "1"); });
    b.add("requirement", form::integers, [](std::size_t) { return value("4"); });
    b.add("satisfaction", form::integers,
          [&](std::size_t row) { return value((first + row) % 10 == 0 ? "1" : "3"); });
    return b;
  };
  for (const char* unit : {"row", "respondent"})
    for (const form item : {form::integers, form::text, form::dictionary})
      for (const char* threads : {"1", "2"}) {
        CAPTURE(unit, threads);
        const std::string asked = std::string(R"({"question": "score", "by": ["g"], "unit": ")") +
                                  unit + R"(", "threads": )" + threads + "}";
        query small(d, asked), large(d, asked);
        for (std::size_t first = 0; first < rows; first += 1'000)
          (void)small.push_feedback(batch_of(first, 1'000, item).view());
        for (std::size_t first = 0; first < rows; first += rows / 2)
          (void)large.push_feedback(batch_of(first, rows / 2, item).view());
        const table expected = small.finish(), found = large.finish();
        CHECK(found.rows == expected.rows);
        CHECK(found.notes == expected.notes);
      }
}

TEST_CASE("requests: keys that are large in the middle of a batch only", "[law]") {
  const definition d = parse_definition(
      R"({"xqs": 1, "name": "law", "version": "1", "items": [{"id": "1"}],
          "confidentiality": "identified", "requirement": {"rating": {"min": 1, "max": 5}},
          "satisfaction": {"rating": {"min": 1, "max": 5}}})");
  constexpr std::size_t rows = 20'000;
  const auto batch_of = [](const char* large, std::size_t first, std::size_t count) {
    stored_batch b(count);
    const auto key = [&](std::size_t step, std::size_t below) {
      return [=](std::size_t row) {
        const std::size_t at = first + row;
        return value(at % 100 == 7 && at / 1'000 == 9 ? large : std::to_string(at * step % below));
      };
    };
    b.add("respondent", form::integers_32, key(7, 3'000));
    b.add("g", form::integers_32, key(31, 90));
    b.add("item", form::integers, [](std::size_t) { return value("1"); });
    b.add("requirement", form::integers, [](std::size_t) { return value("4"); });
    b.add("satisfaction", form::integers,
          [&](std::size_t row) { return value(std::to_string(1 + (first + row) % 4)); });
    return b;
  };
  for (const char* large : {"2147483647", "-1"})
    for (const char* unit : {"row", "respondent"})
      for (const char* threads : {"1", "3"}) {
        CAPTURE(large, unit, threads);
        const std::string asked = std::string(R"({"question": "score", "by": ["g"], "unit": ")") +
                                  unit + R"(", "threads": )" + threads + "}";
        query small(d, asked), whole(d, asked);
        for (std::size_t first = 0; first < rows; first += 1'000)
          (void)small.push_feedback(batch_of(large, first, 1'000).view());
        (void)whole.push_feedback(batch_of(large, 0, rows).view());
        CHECK(whole.finish().rows == small.finish().rows);
      }
}
