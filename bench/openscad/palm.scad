// The benchmark part: a palm-like shell of two lofts, with four knuckles and eight holes.
// bench/openscad.py describes the same part in nodes, and sets the numbers of points that meet
// its tolerance (-D). Lengths in mm.

shell_heights = [0, 30, 60, 90];
shell_around = 64;
cavity_heights = [-1, 30, 62];
cavity_around = 64;
knuckle_segments = 64;
pin_segments = 40;
cord_segments = 40;

// Each row: z, half x, up (y), down (-y), power. Straight lines between the rows.
shell = [
    [ 0, 44.0, 20.0, 18.0, 2.6],
    [15, 44.6, 20.6, 18.4, 2.6],
    [30, 45.0, 20.8, 18.6, 2.7],
    [50, 44.4, 19.6, 17.6, 2.8],
    [70, 42.4, 16.0, 14.8, 3.0],
    [85, 40.6, 12.4, 11.8, 3.2],
    [95, 40.0, 11.0, 10.6, 3.2],
];
cavity = [
    [-1, 41.4, 17.4, 15.4, 2.6],
    [15, 42.0, 18.0, 15.8, 2.6],
    [30, 42.4, 18.2, 16.0, 2.7],
    [45, 40.6, 15.0, 13.4, 2.7],
    [58, 33.0,  6.0,  5.4, 2.6],
];
knuckles = [-30, -10, 10, 30];
knuckle_z = 97;

function signed_power(v, p) = sign(v) * pow(abs(v), p);
function at(rows, z, i) = lookup(z, [for (row = rows) [row[0], row[i]]]);
function ring(rows, z, n) = [
    for (k = [0 : n - 1])
        let (a = 360 * k / n, c = cos(a), s = sin(a), p = 2 / at(rows, z, 4))
            [at(rows, z, 1) * signed_power(c, p),
             (s >= 0 ? at(rows, z, 2) : at(rows, z, 3)) * signed_power(s, p),
             z]
];

module loft(rows, heights, n) {
    last = len(heights) - 1;
    polyhedron(
        points = [for (z = heights) each ring(rows, z, n)],
        faces = concat(
            [[for (k = [0 : n - 1]) k]],
            [for (i = [0 : last - 1], k = [0 : n - 1])
                let (a = i * n + k, b = i * n + (k + 1) % n) each [[a, a + n, b], [b, a + n, b + n]]],
            [[for (k = [n - 1 : -1 : 0]) last * n + k]]
        )
    );
}

difference() {
    union() {
        loft(shell, shell_heights, shell_around);
        for (x = knuckles)
            translate([x, 0, knuckle_z]) rotate([0, 90, 0])
                cylinder(r = 9, h = 14, center = true, $fn = knuckle_segments);
    }
    loft(cavity, cavity_heights, cavity_around);
    for (x = knuckles) {
        translate([x, 0, knuckle_z]) rotate([0, 90, 0])
            cylinder(r = 1.6, h = 16, center = true, $fn = pin_segments);
        translate([x, 6, 70]) cylinder(r = 0.8, h = 70, center = true, $fn = cord_segments);
    }
}
