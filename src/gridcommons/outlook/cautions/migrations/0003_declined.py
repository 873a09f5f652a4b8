from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ('cautions', '0002_category'),
    ]

    operations = [
        migrations.AddField(
            model_name='caution',
            name='declined_office',
            field=models.UUIDField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name='caution',
            constraint=models.CheckConstraint(
                condition=Q(declined_office__isnull=True) | Q(dropped_at__isnull=False) & ~Q(dropped_why=''),
                name='caution_declined_whole',
            ),
        ),
    ]
