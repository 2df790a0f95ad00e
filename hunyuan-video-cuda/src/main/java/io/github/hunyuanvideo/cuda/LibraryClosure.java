package io.github.hunyuanvideo.cuda;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All libraries that some libraries need, directly or through others.
 *
 * @param found where the loader will find each
 * @param missing those that it will not find, with the one that needs each
 */
record LibraryClosure(Map<String, Path> found, Map<String, String> missing) {

  private static final int MOST_LIBRARIES = 500;

  /**
   * Follows the libraries' lists.
   *
   * @param search finds libraries
   * @param roots where to begin
   * @param byName libraries that the first root opens by name, so that no list has them
   */
  static LibraryClosure of(LibrarySearch search, Collection<Path> roots, List<String> byName) {
    Map<String, Path> found = new TreeMap<>();
    Map<String, String> missing = new TreeMap<>();
    Deque<Needer> unread = new ArrayDeque<>();
    roots.forEach(root -> unread.add(new Needer(root, List.of())));
    List<String> unlisted = byName;
    while (!unread.isEmpty() && found.size() < MOST_LIBRARIES) {
      Needer needer = unread.remove();
      SharedObject library = read(needer.library());
      List<Path> inherited = LibrarySearch.inherited(library, needer.inherited());
      List<String> needed = new ArrayList<>(library.needed());
      needed.addAll(unlisted);
      unlisted = List.of();
      needed.removeIf(name -> found.containsKey(name) || missing.containsKey(name));
      for (String name : needed) {
        Optional<Path> place = search.find(name, library, inherited);
        place.ifPresent(
            file -> {
              found.put(name, file);
              unread.add(new Needer(file, inherited));
            });
        if (place.isEmpty()) {
          missing.put(name, String.valueOf(library.file().getFileName()));
        }
      }
    }
    return new LibraryClosure(found, missing);
  }

  /** A library, and the folders that those that had it loaded bequeath to it. */
  private record Needer(Path library, List<Path> inherited) {}

  /** A library that cannot be read needs nothing that could be missed here; the loader will say. */
  private static SharedObject read(Path file) {
    try {
      return SharedObject.read(file);
    } catch (IOException | MalformedDataException e) {
      return new SharedObject(file, List.of(), List.of(), List.of());
    }
  }
}
