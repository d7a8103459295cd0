"""What a QuestionForm looks like as HTML: for the requester's preview and for workers.

Fields are named by their place, because an identifier may hold anything: the third question of a form
is `q3`, its field for another answer `q3-other`. The value of a selection is its place too, from 1 on;
`other` stands for the selection that the other field spells out. A question with several selections
sends its name several times.
"""
