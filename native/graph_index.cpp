// A query goes from the nearest of some entrances to the neighbours of what it has, until these bring
// nothing nearer (beam search, as in Malkov and Yashunin, "Efficient and robust approximate nearest neighbor
// search using hierarchical navigable small world graphs", 2016, over one layer).
#include "graph_index.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "gauge.hpp"
#include "members.hpp"
#include "seen.hpp"
#include "shortlists.hpp"

namespace vectarium {
namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr std::size_t neighbors_kept = 20;
constexpr std::size_t most_entrances = 4096;
constexpr std::size_t entrances_taken = 8;
constexpr std::size_t narrowest_beam = 32, widest_beam = 256;
constexpr std::size_t neighbors_gauged = 15;
constexpr double recall_wanted = 0.98;
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
  // width: of the beam for few neighbours.
  Walk(const Graph<Number>& graph, std::size_t k, std::size_t width)
      : graph_(graph),
        k_(k),
        beam_(std::min(graph.size(), std::max(width, k * width / (narrowest_beam - 6) + 1))),
        rows_(batch, graph.points.rows.dimensions()),
        members_(batch, graph.points.rows.dimensions(), graph.points.tile),
        entrances_(batch, entrances_taken),
        seen_(graph.size()),
        links_(beam_),
        squares_(beam_),
        code_(graph.codes.stride()) {}

  // itself[j]: the vector that query j is, which is not its own neighbour; -1 for none.
  void find(const Number* const* queries, const std::int64_t* itself, std::size_t count, std::int32_t* indices,
            float* distances) {
    typename Frame<Number>::Query seen_as[batch];
    for (std::size_t j = 0; j < count; ++j) {
      seen_as[j] = graph_.frame.query(queries[j], rows_[j]);
      rows_.fill_up(j);
      members_.pack(j, rows_[j], 0.0f);
    }
    look_at_entrances(count);
    for (std::size_t j = 0; j < count; ++j) {
      walk(j, float(seen_as[j].norm));
      write(seen_as[j], itself[j], indices + j * k_, distances + j * k_);
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
    const Lists list = {1, beam_, &only, links_.data(), squares_.data()};
    std::fill(links_.begin(), links_.end(), nobody);
    std::fill(squares_.begin(), squares_.end(), infinity);
    graph_.codes.encode(rows_[j], code_.data());
    seen_.begin();
    std::size_t count;
    Ordered* best = entrances_.best(j, count);
    for (std::size_t u = 0; u < count; ++u) best[u] = squared(best[u], norm);
    std::sort(best, best + count);
    for (std::size_t u = 0; u < count; ++u) seen_.mark(index_of(best[u]));
    list.merge(0, best, count);
    while (find_linked()) look(j, list);
    // Where few are linked with each other, those that stand around them in order.
    for (std::size_t around = 2 * beam_; links_.back() == nobody; around *= 2) {
      find_around(point_of(links_.front()), around);
      look(j, list);
      while (find_linked()) look(j, list);
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

  void look(std::size_t j, const Lists& list) {
    const Points& points = graph_.points;
    const Codes& codes = graph_.codes;
    const float limit = list.limit(0);
    passed_.resize(count_ + 1);
    passed_.resize(points.screen.pass({codes.data(), codes.stride(), code_.data(), candidates_.data(), count_,
                                       codes.limit(double(limit))},
                                      passed_.data()));
    squares_found_.resize(passed_.size());
    points.tile.measure(points.rows.data(), points.rows.stride(), passed_.data(), passed_.size(), rows_[j],
                        squares_found_.data());
    items_.clear();
    for (std::size_t u = 0; u < passed_.size(); ++u)
      if (squares_found_[u] < limit) items_.push_back(ordered(squares_found_[u], std::uint32_t(passed_[u])));
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
  std::vector<float> squares_;
  std::vector<std::int8_t> code_;
  std::size_t count_ = 0;
  std::vector<std::int32_t> candidates_, passed_;
  std::vector<float> squares_found_;
  std::vector<Ordered> items_;
};

// The share of right neighbours that walks with this beam find for points of the graph.
template <class Number>
double recall_of(const Graph<Number>& graph, const Gauge<Number>& gauge, std::size_t width, Stages& stages) {
  const std::size_t m = gauge.sample().size(), k = neighbors_gauged;
  std::vector<const Number*> queries(m);
  std::vector<std::int64_t> itself(m);
  for (std::size_t j = 0; j < m; ++j) {
    itself[j] = graph.order[gauge.sample()[j]];
    queries[j] = graph.frame.vector(std::size_t(itself[j]));
  }
  std::vector<std::int32_t> indices(m * k);
  std::vector<float> distances(m * k);
  stages.ranges(m, batch, [&](std::size_t i, std::size_t stop) {
    Walk<Number>(graph, k, width)
        .find(queries.data() + i, itself.data() + i, stop - i, indices.data() + i * k, distances.data() + i * k);
  });
  std::size_t right = 0;
  for (std::size_t j = 0; j < m; ++j) right += gauge.right(j, distances.data() + j * k, k);
  return double(right) / double(m * k);
}

}  // namespace

template <class Number>
GraphIndex<Number>::GraphIndex(const Number* vectors, std::size_t n, std::size_t d, Metric metric, std::uint64_t seed,
                               unsigned threads, InstructionSet set, const std::function<void(double)>& watch)
    : d_(d) {
  Stages stages(threads, watch);
  stages.next(0.1);
  frame_.emplace(vectors, n, d, metric, true, set, stages);
  arranged_.emplace(arrange(*frame_, seed, set, stages));
  stages.next(0.6);
  const Effort effort = effort_for(n, neighbors_kept);
  {
    const ListMemory memory(n, effort.few);
    const Lists few = memory.lists(arranged_->order);
    find_few(*arranged_, effort, seed, few, stages);
    links_.emplace(few, effort.few, stages);
  }
  arranged_->sketch = Rows();
  codes_.emplace(arranged_->points.rows, stages);
  stages.next(0.1);
  const Gauge<Number> gauge(*frame_, *arranged_, neighbors_gauged, stages);
  const Graph<Number> graph = {*frame_, arranged_->order, arranged_->points, *codes_, *links_};
  for (beam_ = narrowest_beam;; beam_ *= 2) {
    recall_ = recall_of(graph, gauge, beam_, stages);
    if (recall_ >= recall_wanted || beam_ == widest_beam) break;
  }
}

template <class Number>
void GraphIndex<Number>::query(const Number* queries, std::size_t m, std::size_t k, bool own, unsigned threads,
                               const std::function<void(double)>& watch, std::int32_t* indices,
                               float* distances) const {
  Stages stages(threads, watch);
  stages.next(1.0);
  const Graph<Number> graph = {*frame_, arranged_->order, arranged_->points, *codes_, *links_};
  stages.ranges(m, 8 * batch, [&](std::size_t start, std::size_t stop) {
    Walk<Number> walk(graph, k, beam_);
    const Number* some[batch];
    std::int64_t itself[batch];
    for (std::size_t i = start; i < stop && !stages.stop(); i += batch) {
      const std::size_t count = std::min(batch, stop - i);
      for (std::size_t j = 0; j < count; ++j) {
        some[j] = queries + (i + j) * d_;
        itself[j] = own ? std::int64_t(i + j) : -1;
      }
      walk.find(some, itself, count, indices + i * k, distances + i * k);
    }
  });
}

template class GraphIndex<float>;
template class GraphIndex<double>;

}  // namespace vectarium
