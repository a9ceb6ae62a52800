// A query goes from the nearest of some entrances to the neighbours of what it has, until these bring
// nothing nearer (beam search, as in Malkov and Yashunin, "Efficient and robust approximate nearest neighbor
// search using hierarchical navigable small world graphs", 2016, over one layer).
#include "graph_index.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "members.hpp"
#include "seen.hpp"
#include "shortlists.hpp"

namespace vectarium {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::size_t neighbors_kept = 20;
constexpr std::size_t most_entrances = 4096;
constexpr std::size_t entrances_taken = 8;
constexpr std::size_t narrowest_beam = 32;
constexpr std::size_t batch = 32;  // queries that look at the entrances together, a multiple of every tile's points

template <class Number>
struct Graph {
  const Frame<Number>& frame;
  const Tree& order;
  const Points& points;
  const Codes& codes;
  const Links& links;

  std::size_t size() const { return points.size(); }
  // Evenly spread in an order in which near points stand side by side.
  std::size_t apart() const { return std::max(cell_unit, size() / most_entrances); }
};

template <class Number>
class Walk {
 public:
  Walk(const Graph<Number>& graph, std::size_t k)
      : graph_(graph),
        k_(k),
        beam_(std::min(graph.size(), std::max(narrowest_beam, k + k / 4 + 1))),
        rows_(batch, graph.points.rows.dimensions()),
        members_(batch, graph.points.rows.dimensions(), graph.points.tile),
        entrances_(batch, entrances_taken),
        seen_(graph.size()),
        links_(beam_),
        scores_(beam_),
        code_(graph.codes.stride()) {}

  // own: the vector that the first query is itself, or -1.
  void find(const Number* queries, std::size_t count, std::size_t d, std::int64_t own, std::int32_t* indices,
            float* distances) {
    typename Frame<Number>::Query seen_as[batch];
    for (std::size_t j = 0; j < count; ++j) {
      seen_as[j] = graph_.frame.query(queries + j * d, rows_[j]);
      rows_.fill_up(j);
      members_.pack(j, rows_[j], 0.0f);
    }
    look_at_entrances(count);
    for (std::size_t j = 0; j < count; ++j) {
      const std::int64_t self = own < 0 ? -1 : own + std::int64_t(j);
      walk(j, float(seen_as[j].norm));
      write(seen_as[j], self, indices + j * k_, distances + j * k_);
    }
  }

 private:
  void look_at_entrances(std::size_t count) {
    const Points& points = graph_.points;
    const std::size_t apart = graph_.apart(), entrances = (points.size() + apart - 1) / apart;
    for (std::size_t j = 0; j < batch; ++j)
      entrances_.begin(j, j < count ? infinity : -infinity);
    Strip strip;
    for (std::size_t first = 0; first < entrances; first += members_.height()) {
      for (std::size_t r = 0; r < members_.height(); ++r) {
        const std::size_t point = std::min(first + r, entrances - 1) * apart;
        strip.rows[r] = points.rows[point];
        strip.norms[r] = first + r < entrances ? points.norms[point] : infinity;
        strip.limits[r] = -infinity;
      }
      for (std::size_t panel = 0; panel < members_.padded(count); panel += members_.width())
        members_.meet(
            strip, panel, entrances_.limits(), [](std::size_t, std::size_t, float) {},
            [&](std::size_t member, std::size_t r, float score) {
              entrances_.add(member, ordered(score, std::uint32_t((first + r) * apart)));
            });
    }
  }

  void walk(std::size_t j, float norm) {
    static constexpr std::int32_t only = 0;
    const Lists list = {1, beam_, &only, links_.data(), scores_.data()};
    std::fill(links_.begin(), links_.end(), nobody);
    std::fill(scores_.begin(), scores_.end(), infinity);
    graph_.codes.encode(rows_[j], code_.data());
    seen_.begin();
    std::size_t count;
    Ordered* best = entrances_.best(j, count);
    std::sort(best, best + count);
    for (std::size_t u = 0; u < count; ++u) seen_.mark(index_of(best[u]));
    list.merge(0, best, count);
    while (find_linked()) look(j, norm, list);
    // Where few are linked with each other, those that stand around them in order.
    for (std::size_t around = 2 * beam_; links_.back() == nobody; around *= 2) {
      find_around(point_of(links_.front()), around);
      look(j, norm, list);
      while (find_linked()) look(j, norm, list);
    }
  }

  // Those linked with what is new in the list.
  bool find_linked() {
    const std::size_t most = graph_.links.most();
    candidates_.resize(beam_ * most + 1);
    std::int32_t* end = candidates_.data();
    for (Link& link : links_)
      if (link != nobody && (link & new_mark)) {
        link &= ~new_mark;
        const Linked near = graph_.links.of(point_of(link));
        end = seen_.append_new(near.points, near.count, end);
      }
    count_ = std::size_t(end - candidates_.data());
    return count_ > 0;
  }

  void find_around(std::size_t point, std::size_t around) {
    const std::size_t start = point - std::min(point, around), stop = std::min(graph_.size(), point + around);
    std::vector<std::int32_t> all(stop - start);
    for (std::size_t i = start; i < stop; ++i) all[i - start] = std::int32_t(i);
    candidates_.resize(all.size() + 1);
    count_ = std::size_t(seen_.append_new(all.data(), all.size(), candidates_.data()) - candidates_.data());
  }

  void look(std::size_t j, float norm, const Lists& list) {
    const Points& points = graph_.points;
    const Codes& codes = graph_.codes;
    const float limit = list.limit(0);
    passed_.resize(count_ + 1);
    passed_.resize(points.screen.pass({codes.data(), codes.stride(), code_.data(), candidates_.data(), count_,
                                       codes.limit(double(limit) + double(norm))},
                                      passed_.data()));
    products_.resize(passed_.size());
    points.tile.project(points.rows.data(), points.rows.stride(), passed_.data(), passed_.size(), rows_[j],
                        products_.data());
    items_.clear();
    for (std::size_t u = 0; u < passed_.size(); ++u) {
      const float score = points.norms[std::size_t(passed_[u])] - 2.0f * products_[u];
      if (score < limit) items_.push_back(ordered(score, std::uint32_t(passed_[u])));
    }
    std::sort(items_.begin(), items_.end());
    list.merge(0, items_.data(), items_.size());
  }

  void write(const typename Frame<Number>::Query& query, std::int64_t self, std::int32_t* indices, float* distances) {
    items_.clear();
    for (const Link link : links_)
      if (link != nobody) {
        const std::size_t index = std::size_t(graph_.order[point_of(link)]);
        if (std::int64_t(index) != self)
          items_.push_back(ordered(graph_.frame.distance(query, index), std::uint32_t(index)));
      }
    std::sort(items_.begin(), items_.end());
    for (std::size_t u = 0; u < k_; ++u) {
      indices[u] = std::int32_t(index_of(items_[u]));
      distances[u] = number_of(items_[u]);
    }
  }

  const Graph<Number>& graph_;
  std::size_t k_, beam_;
  Rows rows_;
  Members members_;
  Shortlists entrances_;
  Seen seen_;
  std::vector<Link> links_;
  std::vector<float> scores_;
  std::vector<std::int8_t> code_;
  std::size_t count_ = 0;
  std::vector<std::int32_t> candidates_, passed_;
  std::vector<float> products_;
  std::vector<Ordered> items_;
};

}  // namespace

template <class Number>
GraphIndex<Number>::GraphIndex(const Number* vectors, std::size_t n, std::size_t d, Metric metric, std::uint64_t seed,
                               unsigned threads, InstructionSet set, const std::function<void(double)>& watch)
    : d_(d) {
  Stages stages(threads, watch);
  stages.next(0.1);
  frame_.emplace(vectors, n, d, metric, metric == Metric::inner_product, set, stages);
  arranged_.emplace(arrange(*frame_, seed, set, stages));
  const Effort effort = effort_for(n, neighbors_kept);
  std::vector<Link> links(n * effort.few);
  std::vector<float> scores(n * effort.few);
  const Lists few = {n, effort.few, arranged_->order.data(), links.data(), scores.data()};
  find_few(arranged_->points, std::move(arranged_->sketch), effort, seed, few, stages);
  stages.next(0.1);
  links_.emplace(few, effort.few, stages);
  codes_.emplace(arranged_->points.rows, stages);
}

template <class Number>
void GraphIndex<Number>::query(const Number* queries, std::size_t m, std::size_t k, bool own, unsigned threads,
                               const std::function<void(double)>& watch, std::int32_t* indices,
                               float* distances) const {
  Stages stages(threads, watch);
  stages.next(1.0);
  const Graph<Number> graph = {*frame_, arranged_->order, arranged_->points, *codes_, *links_};
  stages.ranges(m, 16 * batch, [&](std::size_t start, std::size_t stop) {
    Walk<Number> walk(graph, k);
    for (std::size_t i = start; i < stop && !stages.stop(); i += batch)
      walk.find(queries + i * d_, std::min(batch, stop - i), d_, own ? std::int64_t(i) : -1, indices + i * k,
                distances + i * k);
  });
}

template class GraphIndex<float>;
template class GraphIndex<double>;

}  // namespace vectarium
