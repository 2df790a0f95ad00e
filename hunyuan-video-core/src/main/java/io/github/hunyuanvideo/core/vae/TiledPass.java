package io.github.hunyuanvideo.core.vae;

import io.github.hunyuanvideo.core.torch.Tensor;
import io.github.hunyuanvideo.core.torch.TensorProgram;
import io.github.hunyuanvideo.core.torch.TorchEngine;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs one half of the VAE tile by tile (official code: {@code spatial_tiled_decode}, {@code
 * temporal_tiled_decode} and their encoding twins). Each tile is blended with the ones before it,
 * which are blended already: first with the one above, then with the one to the left. What is
 * finished in time is handed on at once.
 */
final class TiledPass {

  private static final int TIME = 2;
  private static final int HEIGHT = 3;
  private static final int WIDTH = 4;

  private final TensorProgram tensors;
  private final VaeProgram program;
  private final @Nullable TileSpan space;
  private final @Nullable TileSpan time;

  /**
   * Makes a pass.
   *
   * @param space tiles in height and width; null for none
   * @param time tiles in time; null for none
   */
  TiledPass(TorchEngine engine, @Nullable TileSpan space, @Nullable TileSpan time) {
    this.tensors = engine.tensors();
    this.program = engine.program(VaeProgram.class);
    this.space = space;
    this.time = time;
  }

  /** How many tiles an input of that shape is cut into. */
  int tiles(long[] shape) {
    boolean isLong = time != null && shape[TIME] > time.tile();
    int tiles = time != null && isLong ? timeStarts(shape[TIME], time).size() : 1;
    return space != null && isLarge(shape, space)
        ? tiles * space.starts(shape[HEIGHT]).size() * space.starts(shape[WIDTH]).size()
        : tiles;
  }

  /**
   * Runs all tiles.
   *
   * @param x (1, C, T, H, W); stays with the caller
   * @param half the decoder or encoder; closes its argument
   * @param results takes parts of the result in the order of time; they belong to it
   */
  void run(Tensor x, UnaryOperator<Tensor> half, Consumer<Tensor> results) {
    if (time == null || x.length(TIME) <= time.tile()) {
      results.accept(ofWholeTime(x, half));
    } else {
      inTime(x, time, half, results);
    }
  }

  private void inTime(
      Tensor x, TileSpan span, UnaryOperator<Tensor> half, Consumer<Tensor> results) {
    Tensor before = null;
    try {
      for (int start : timeStarts(x.length(TIME), span)) {
        Tensor tile = timeTile(x, start, span, before, half);
        if (before != null) {
          before.close();
        }
        before = tile;
        results.accept(first(tile, TIME, start == 0 ? span.keep() + 1L : span.keep()));
      }
    } finally {
      if (before != null) {
        before.close();
      }
    }
  }

  /** A last tile of one entry is left out: it overlaps the one before and would add nothing. */
  private static List<Integer> timeStarts(long length, TileSpan span) {
    return span.starts(length).stream().filter(start -> start == 0 || length - start > 1).toList();
  }

  /**
   * A tile in time with one entry more in front than its step, since the first entry of a causal
   * result stands alone.
   */
  private Tensor timeTile(
      Tensor x, int start, TileSpan span, @Nullable Tensor before, UnaryOperator<Tensor> half) {
    long end = Math.min(x.length(TIME), start + span.tile() + 1L);
    Tensor decoded;
    try (Tensor part = tensors.slice(x, TIME, start, end)) {
      decoded = ofWholeTime(part, half);
    }
    if (before == null) {
      return decoded;
    }
    try (decoded;
        Tensor rest = tensors.slice(decoded, TIME, 1, decoded.length(TIME))) {
      return program.blend(before, rest, TIME, span.blend());
    }
  }

  private Tensor ofWholeTime(Tensor x, UnaryOperator<Tensor> half) {
    return space != null && isLarge(x.shape(), space)
        ? spaceTiles(x, space, half)
        : half.apply(first(x, TIME, x.length(TIME)));
  }

  private Tensor spaceTiles(Tensor x, TileSpan span, UnaryOperator<Tensor> half) {
    List<Tensor> rows = new ArrayList<>();
    List<Tensor> above = List.of();
    try {
      for (int top : span.starts(x.length(HEIGHT))) {
        List<Tensor> row = rowOfTiles(x, top, span, above, half);
        above.forEach(Tensor::close);
        above = row;
        rows.add(joinedRow(row, span));
      }
      return tensors.concatenate(rows, HEIGHT);
    } finally {
      above.forEach(Tensor::close);
      rows.forEach(Tensor::close);
    }
  }

  private List<Tensor> rowOfTiles(
      Tensor x, int top, TileSpan span, List<Tensor> above, UnaryOperator<Tensor> half) {
    List<Tensor> row = new ArrayList<>();
    boolean whole = false;
    try {
      for (int left : span.starts(x.length(WIDTH))) {
        Tensor tile = half.apply(window(x, top, left, span.tile()));
        if (!above.isEmpty()) {
          tile = blended(above.get(row.size()), tile, HEIGHT, span);
        }
        if (!row.isEmpty()) {
          tile = blended(row.get(row.size() - 1), tile, WIDTH, span);
        }
        row.add(tile);
      }
      whole = true;
      return row;
    } finally {
      if (!whole) {
        row.forEach(Tensor::close);
      }
    }
  }

  private Tensor blended(Tensor before, Tensor tile, int axis, TileSpan span) {
    try (tile) {
      return program.blend(before, tile, axis, span.blend());
    }
  }

  private Tensor joinedRow(List<Tensor> tiles, TileSpan span) {
    List<Tensor> kept = new ArrayList<>();
    try {
      for (Tensor tile : tiles) {
        try (Tensor high = first(tile, HEIGHT, span.keep())) {
          kept.add(first(high, WIDTH, span.keep()));
        }
      }
      return tensors.concatenate(kept, WIDTH);
    } finally {
      kept.forEach(Tensor::close);
    }
  }

  /** A view of the first entries, with a handle of its own. */
  private Tensor first(Tensor x, int axis, long count) {
    return tensors.slice(x, axis, 0, Math.min(count, x.length(axis)));
  }

  private Tensor window(Tensor x, int top, int left, int size) {
    try (Tensor rows =
        tensors.slice(x, HEIGHT, top, Math.min(x.length(HEIGHT), (long) top + size))) {
      return tensors.slice(rows, WIDTH, left, Math.min(x.length(WIDTH), (long) left + size));
    }
  }

  private static boolean isLarge(long[] shape, TileSpan span) {
    return shape[HEIGHT] > span.tile() || shape[WIDTH] > span.tile();
  }
}
