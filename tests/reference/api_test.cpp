#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "catch.hpp"
#include "csv/reader.hpp"
#include "xqs/analysis/compare.hpp"
#include "xqs/engine/query.hpp"
#include "xqs/tally/ledger.hpp"

// Expectations: R survey 4.1, svyratio with svydesign(id = ~dnum), see export_api.R. Its data may
// not be passed on, so they are read from the installed package.

using namespace xqs;

namespace {

/// One of the samples, as columns; the constant item is added to each row.
class sample {
 public:
  explicit sample(const std::string& name) {
    const char* folder = std::getenv("XQS_API_DATA");
    if (folder == nullptr)
      FAIL("set XQS_API_DATA to the folder made by: Rscript tests/reference/export_api.R OUTDIR");
    const std::string path = std::string(folder) + "/" + name + ".csv";
    std::FILE* file = std::fopen(path.c_str(), "rb");
    INFO(path);
    REQUIRE(file != nullptr);
    csv::reader reader(file, path);
    REQUIRE(reader.next(rows_, 100'000));
    std::fclose(file);
    for (std::size_t row = 0; row <= rows_.rows(); ++row)
      item_offsets_.push_back(static_cast<std::int64_t>(6 * row));
    for (std::size_t row = 0; row < rows_.rows(); ++row) items_ += "tested";
  }

  [[nodiscard]] batch view(bool weighted) const {
    batch b{.columns = {{"item", text_values{item_offsets_.data(), items_.data()}}},
            .rows = rows_.rows()};
    for (const csv::text_column& c : rows_.columns)
      if (weighted || c.name != "pw")
        b.columns.push_back(
            {c.name == "pw" ? "weight" : c.name, text_values{c.offsets.data(), c.bytes.data()}});
    return b;
  }

  [[nodiscard]] std::size_t rows() const { return rows_.rows(); }
  [[nodiscard]] std::string cell(const std::string& column, std::size_t row) const {
    for (const csv::text_column& c : rows_.columns)
      if (c.name == column)
        return c.bytes.substr(static_cast<std::size_t>(c.offsets[row]),
                              static_cast<std::size_t>(c.offsets[row + 1] - c.offsets[row]));
    FAIL("no column " + column);
    return {};
  }

 private:
  csv::batch rows_;
  std::string items_;
  std::vector<std::int64_t> item_offsets_;
};

definition raw_numbers(int weight_places) {
  const rating numbers{.min = 0, .max = 10'000, .origin = scale_origin::raw};
  return definition({.name = "api",
                     .version = "1",
                     .requirement = numbers,
                     .satisfaction = numbers,
                     .items = {{.id = "tested"}},
                     .weight_places = weight_places,
                     .confidentiality = confidentiality::identified});
}

/// Score and standard error; schools nest in districts, which are the units.
struct result {
  double score;
  double std_error;
};

result ask(const std::string& name, int weight_places, const std::string& more) {
  const sample s(name);
  query q(raw_numbers(weight_places),
          R"({"question": "score", "unit": "dnum", "columns": {"requirement": "enroll",
              "satisfaction": "api.stu"})" +
              more + "}");
  q.push_feedback(s.view(weight_places > 0));
  const table t = q.finish();
  REQUIRE(t.rows.size() == 1);
  return {std::get<double>(t.rows[0][0]), std::get<double>(t.rows[0][1])};
}

void check(const result& r, double score, double std_error) {
  CHECK(r.score == Approx(score).epsilon(1e-12));
  CHECK(r.std_error == Approx(std_error).epsilon(1e-12));
}

/// Elementary (1) and high schools (0) as groups of a joint tally.
tally by_type(const std::string& name, const definition& d) {
  const sample s(name);
  ledger l(d, "dnum");
  for (std::size_t row = 0; row < s.rows(); ++row)
    l.add(s.cell("dnum", row), s.cell("stype", row),
          d.points(decimal::parse(s.cell("enroll", row)), decimal::parse(s.cell("api.stu", row))));
  std::vector<fold_target> plan(l.column_count());
  for (std::uint32_t c = 0; c < plan.size(); ++c)
    if (l.column(c) != "M") plan[c] = {l.column(c) == "E" ? 1u : 0u, 0};
  return comparable_groups(l.entries(), plan, l.identity(), d).joint(0, 1);
}

void check(const comparison& c, double change, double std_error) {
  CHECK(*c.change == Approx(change).epsilon(1e-11));
  CHECK(*c.std_error == Approx(std_error).epsilon(1e-11));
}

}  // namespace

TEST_CASE("apiclus1: elementary and high schools share districts", "[reference]") {
  const definition d = raw_numbers(0);
  const tally t = by_type("apiclus1", d);
  const comparison own = compare(t, {0}, {1}, d);
  check(own, 2.3198983844023, 2.53879786939409);
  CHECK(own.units_before == 8);
  CHECK(own.units_after == 15);
  check(compare(t, {0}, {1}, d, {.request = request_design{15, 757}}), 2.3198983844023,
        2.4689926178640);
}

TEST_CASE("apistrat: elementary and high schools share districts", "[reference]") {
  const definition d = raw_numbers(0);
  const tally t = by_type("apistrat", d);
  const comparison own = compare(t, {0}, {1}, d);
  check(own, 4.12461537727582, 2.62566523666083);
  CHECK(own.units_before == 42);
  CHECK(own.units_after == 75);
  check(compare(t, {0}, {1}, d, {.request = request_design{135}}), 4.12461537727582,
        2.6066700763657);
}

TEST_CASE("apiclus1: a cluster sample with the district as unit", "[reference]") {
  check(ask("apiclus1", 0, ""), 84.9708741724488, 0.84706401949315);
}

TEST_CASE("apiclus1: 15 of 757 districts", "[reference]") {
  check(ask("apiclus1", 0, R"(, "population": 757)"), 84.9708741724488, 0.83862971693911);
  CHECK_THROWS_AS(ask("apiclus1", 0, R"(, "population": 14)"), error);
}

TEST_CASE("apistrat: 135 districts, unweighted", "[reference]") {
  check(ask("apistrat", 0, ""), 82.9084553727475, 1.15124851841046);
}

TEST_CASE("apistrat: weights that are 32-bit floats are refused, or rounded on request",
          "[reference]") {
  CHECK_THROWS_WITH(ask("apistrat", 2, ""), contains("is not a decimal of at most 2 places"));
  check(ask("apistrat", 2, R"(, "round_weights": true)"), 83.6956887283257, 0.799517074690828);
}
