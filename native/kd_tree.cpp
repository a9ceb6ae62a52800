// A k-d tree (Friedman, Bentley and Finkel, "An algorithm for finding best matches in logarithmic expected
// time", 1977). A grid would be quicker to build, but one far point or a picture fallen into one spot
// would put all points into one cell.
#include "kd_tree.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <vector>

#include "workers.hpp"

namespace vectarium {
namespace {

constexpr std::size_t leaf_size = 16;
constexpr std::size_t piece_size = 2048;

template <class Number, int D>
struct Item {
  Number x[D];
  std::int32_t row;
};

template <class Number, int D>
struct Node {
  Number low[D], high[D];
  std::int32_t lowest_row;
  std::uint32_t first, last;
  std::uint32_t right;  // the left child follows its parent; 0 for a leaf
};

struct Found {
  double distance;
  std::int32_t row;
};

bool operator<(const Found& a, const Found& b) {
  return a.distance != b.distance ? a.distance < b.distance : a.row < b.row;
}

template <class Number, int D>
class Tree {
 public:
  Tree(const Number* points, std::size_t n, const Stop& stop) : items_(n), stop_(stop) {
    for (std::size_t i = 0; i < n; ++i) {
      std::copy_n(points + i * D, D, items_[i].x);
      items_[i].row = std::int32_t(i);
    }
    nodes_.reserve(4 * (n / leaf_size + 1));
    build(0, std::uint32_t(n));
  }

  // The rows in the order of the leaves, in which neighbours come one after another.
  std::int32_t row(std::size_t at) const { return items_[at].row; }

  // The k nearest, in a heap whose front is the farthest.
  void search(const Number* query, std::int32_t self, std::size_t k, std::vector<Found>& heap) const {
    heap.clear();
    descend({query, self, k, heap}, 0, 0.0);
  }

 private:
  struct Search {
    const Number* query;
    std::int32_t self;
    std::size_t k;
    std::vector<Found>& heap;
    bool wants(const Found& found) const { return heap.size() < k || found < heap.front(); }
    void offer(const Found& found) const {
      if (!wants(found)) return;
      if (heap.size() == k) {
        std::pop_heap(heap.begin(), heap.end());
        heap.pop_back();
      }
      heap.push_back(found);
      std::push_heap(heap.begin(), heap.end());
    }
  };

  static double squared_distance(const Number* a, const Number* b) {
    double sum = 0.0;
    for (int t = 0; t < D; ++t) sum += (double(a[t]) - double(b[t])) * (double(a[t]) - double(b[t]));
    return sum;
  }

  // No point of the node is nearer; rounded the same way as the distances themselves.
  static double nearest_corner(const Node<Number, D>& node, const Number* query) {
    double sum = 0.0;
    for (int t = 0; t < D; ++t) {
      const double x = double(query[t]), low = double(node.low[t]) - x, high = x - double(node.high[t]);
      const double outside = std::max(0.0, std::max(low, high));
      sum += outside * outside;
    }
    return sum;
  }

  std::uint32_t build(std::uint32_t first, std::uint32_t last) {
    const auto number = std::uint32_t(nodes_.size());
    nodes_.push_back(enclose(first, last));
    if (last - first <= leaf_size || stop_) return number;
    const int axis = widest(nodes_[number]);
    // By row where places are equal, so that points in one spot are split as well, the lowest rows first.
    const auto before = [axis](const Item<Number, D>& a, const Item<Number, D>& b) {
      return a.x[axis] != b.x[axis] ? a.x[axis] < b.x[axis] : a.row < b.row;
    };
    const std::uint32_t middle = first + (last - first) / 2;
    std::nth_element(items_.begin() + first, items_.begin() + middle, items_.begin() + last, before);
    build(first, middle);
    const std::uint32_t right = build(middle, last);
    nodes_[number].right = right;
    return number;
  }

  Node<Number, D> enclose(std::uint32_t first, std::uint32_t last) const {
    Node<Number, D> node = {};
    node.first = first;
    node.last = last;
    node.lowest_row = std::numeric_limits<std::int32_t>::max();
    std::copy_n(items_[first].x, D, node.low);
    std::copy_n(items_[first].x, D, node.high);
    for (std::uint32_t i = first; i < last; ++i) {
      for (int t = 0; t < D; ++t) {
        node.low[t] = std::min(node.low[t], items_[i].x[t]);
        node.high[t] = std::max(node.high[t], items_[i].x[t]);
      }
      node.lowest_row = std::min(node.lowest_row, items_[i].row);
    }
    return node;
  }

  static int widest(const Node<Number, D>& node) {
    int axis = 0;
    for (int t = 1; t < D; ++t)
      if (double(node.high[t]) - double(node.low[t]) > double(node.high[axis]) - double(node.low[axis])) axis = t;
    return axis;
  }

  void descend(const Search& search, std::uint32_t number, double distance) const {
    const Node<Number, D>& node = nodes_[number];
    // Where thousands share one spot, their rows decide, and with them which half need not be looked at.
    if (!search.wants({distance, node.lowest_row})) return;
    if (node.right == 0) {
      for (std::uint32_t i = node.first; i < node.last; ++i)
        if (items_[i].row != search.self)
          search.offer({squared_distance(items_[i].x, search.query), items_[i].row});
      return;
    }
    const std::uint32_t left = number + 1, right = node.right;
    const double to_left = nearest_corner(nodes_[left], search.query);
    const double to_right = nearest_corner(nodes_[right], search.query);
    const Found a = {to_left, nodes_[left].lowest_row}, b = {to_right, nodes_[right].lowest_row};
    descend(search, b < a ? right : left, b < a ? to_right : to_left);
    descend(search, b < a ? left : right, b < a ? to_left : to_right);
  }

  std::vector<Item<Number, D>> items_;
  std::vector<Node<Number, D>> nodes_;
  const Stop& stop_;
};

template <class Number, int D>
void search_all(const Number* points, std::size_t n, const std::int64_t* queries, std::size_t m, std::size_t k,
                unsigned threads, const std::function<void(double)>& watch, std::int32_t* indices) {
  Stop stop{false};
  std::unique_ptr<Tree<Number, D>> tree;
  run_pieces(
      1, 1, stop, [&](std::size_t) { tree = std::make_unique<Tree<Number, D>>(points, n, stop); },
      [&](std::size_t) { watch(0.0); });
  // Queries by their place in the tree: the next one finds the nodes of the one before still at hand.
  std::vector<std::int64_t> place_of_row(n, -1);
  for (std::size_t i = 0; i < m; ++i) place_of_row[std::size_t(queries[i])] = std::int64_t(i);
  std::vector<std::int64_t> order;
  order.reserve(m);
  for (std::size_t at = 0; at < n; ++at)
    if (place_of_row[std::size_t(tree->row(at))] >= 0) order.push_back(place_of_row[std::size_t(tree->row(at))]);
  const std::size_t pieces = (order.size() + piece_size - 1) / piece_size;
  run_pieces(
      pieces, threads, stop,
      [&](std::size_t piece) {
        std::vector<Found> heap;
        heap.reserve(k + 1);
        for (std::size_t at = piece * piece_size; at < std::min(order.size(), (piece + 1) * piece_size) && !stop; ++at) {
          const auto i = std::size_t(order[at]), row = std::size_t(queries[i]);
          tree->search(points + row * D, std::int32_t(row), k, heap);
          std::sort_heap(heap.begin(), heap.end());
          for (std::size_t j = 0; j < k; ++j) indices[i * k + j] = heap[j].row;
        }
      },
      [&](std::size_t done) { watch(double(done) / double(pieces)); });
}

}  // namespace

template <class Number>
void picture_neighbors(const Number* points, std::size_t n, std::size_t d, const std::int64_t* queries, std::size_t m,
                       std::size_t k, unsigned threads, const std::function<void(double)>& watch,
                       std::int32_t* indices) {
  const auto search = d == 1 ? search_all<Number, 1> : d == 2 ? search_all<Number, 2> : search_all<Number, 3>;
  search(points, n, queries, m, k, threads, watch, indices);
}

template void picture_neighbors<float>(const float*, std::size_t, std::size_t, const std::int64_t*, std::size_t,
                                       std::size_t, unsigned, const std::function<void(double)>&, std::int32_t*);
template void picture_neighbors<double>(const double*, std::size_t, std::size_t, const std::int64_t*, std::size_t,
                                        std::size_t, unsigned, const std::function<void(double)>&, std::int32_t*);

}  // namespace vectarium
